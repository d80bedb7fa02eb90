"""How a run is held, in the words of the national standard file."""

from maru.errors import N_

METHODS = (N_("오프라인"), N_("온라인"), N_("혼합"), N_("모바일"), N_("우편통신"))
