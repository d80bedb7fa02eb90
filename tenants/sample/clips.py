"""Short films drawn by ffmpeg: a slow play of colours, a shape that wanders, the title, and a quiet sound or none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from contentlib.media import ffmpeg
from maru.web.assets import VENDOR

SMALL = (426, 240)
"""The smallest rung of the ladder, so that one size is made of it."""
FRAMES_PER_SECOND = 10
LETTERS_A_LINE = 12
FONT = VENDOR / "paper" / "PretendardGOV-Bold.otf"
COLOURS = {
    "01": ("0x23407a", "0x4b7fb8"),
    "02": ("0x3d2f6b", "0x7d63b8"),
    "03": ("0x1e5a52", "0x3f9a88"),
    "04": ("0x8a3b2a", "0xc97a4a"),
    "05": ("0x2f5a2a", "0x79a05a"),
    "06": ("0x7a4a12", "0xb98a3a"),
    "07": ("0x5a2a4a", "0xa85f86"),
}
"""Of each category, dark enough for white letters."""
PLAYS = ("linear", "radial", "circular", "spiral")
SOUNDS = {
    "tone": "sine=frequency={pitch}:duration={seconds},tremolo=f=0.4:d=0.8,volume=0.15",
    "rain": "anoisesrc=color=brown:amplitude=0.15:duration={seconds}",
    "none": "",
}


@dataclass(frozen=True)
class Clip:
    """What is drawn; `number` tells clips of one category apart."""

    title: str
    category: str
    seconds: int
    number: int = 0
    sound: str = "tone"
    size: tuple[int, int] = SMALL


def draw(clip: Clip, film: Path, hear: Callable[[], None] = lambda: None) -> None:
    """Make the film, in a folder of its own; what `hear` raises, asked now and then, ends the work."""
    words = film.with_suffix(".txt")
    words.write_text("\n".join(_wrapped(clip.title)), "utf-8")
    sound = SOUNDS[clip.sound].format(pitch=220 + 33 * (clip.number % 8), seconds=clip.seconds)
    heard = ["-f", "lavfi", "-i", sound, "-c:a", "aac", "-b:a", "48k"] if sound else []
    ffmpeg.run(
        [
            *(
                "-loglevel",
                "error",
                "-y",
                "-progress",
                "pipe:1",
                "-stats_period",
                "0.5",
                "-filter_complex_threads",
                "1",
                "-f",
                "lavfi",
                "-i",
                _picture(clip),
            ),
            *heard,
            *("-vf", _letters(words), "-c:v", "libx264", "-preset", "ultrafast", "-crf", "26", "-pix_fmt", "yuv420p"),
            *("-threads", "1", "-t", str(clip.seconds), str(film)),
        ],
        lambda _seconds: hear(),
    )


def _picture(clip: Clip) -> str:
    dark, light = COLOURS[clip.category]
    play = PLAYS[clip.number % len(PLAYS)]
    ground = (
        f"gradients=size={clip.size[0]}x{clip.size[1]}:rate={FRAMES_PER_SECOND}:c0={dark}:c1={light}:n=2:type={play}"
        f":speed=.01:duration={clip.seconds}:seed={clip.number + 1}"
    )
    shape = f"color=c=white@0.25:s=48x48:r={FRAMES_PER_SECOND}:d={clip.seconds},format=yuva420p"
    path = f"x='W/2-24+150*sin(t/3+{clip.number})':y='H-70+18*cos(t/2)'"
    return f"{ground}[ground];{shape}[shape];[ground][shape]overlay={path}"


def _letters(words: Path) -> str:
    return (
        f"drawtext=fontfile={FONT}:textfile={words}:fontcolor=white:fontsize=28:line_spacing=10"
        ":x=(w-text_w)/2:y=(h-text_h)/2-16"
    )


def _wrapped(title: str) -> Sequence[str]:
    """Words in lines of about as many letters as fit."""
    lines = [""]
    for word in title.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > LETTERS_A_LINE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
