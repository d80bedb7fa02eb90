"""The national classification of lifelong learning (domain 6.11), by its code."""

from maru.errors import N_

CATEGORIES = {
    "01": N_("기초문해"),
    "02": N_("학력보완"),
    "03": N_("직업능력"),
    "04": N_("문화예술"),
    "05": N_("인문교양"),
    "06": N_("시민참여"),
    "07": N_("성인진로"),
}
