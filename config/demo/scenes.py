"""Pictures for the demonstration: simple drawn scenes with a caption, each one different.

A Chinese font is used if the machine has one; without it the scenes carry no words.
"""

import io
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE = (960, 640)
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts",
                "/System/Library/Fonts", "C:/Windows/Fonts")  # fmt: skip
FONT_NAMES = ("NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf", "SourceHanSansSC-Regular.otf",
              "wqy-microhei.ttc", "wqy-zenhei.ttc", "PingFang.ttc", "msyh.ttc", "simhei.ttf",
              "DroidSansFallbackFull.ttf", "NotoSerifCJK-Regular.ttc")  # fmt: skip
WORDS = {
    "study": ("集中学习", "政策宣讲", "学习日"),
    "visit": ("走访慰问", "上门看望", "送去祝福"),
    "volunteer": ("志愿服务", "清理河道", "便民维修"),
    "memorial": ("祭扫纪念", "缅怀先烈", "清明祭扫"),
    "recreation": ("文体活动", "象棋比赛", "老兵合唱"),
    "meeting": ("座谈交流", "工作例会", "共话发展"),
    "field": ("田间课堂", "绿色种植", "护绿行动"),
    "heritage": ("乡情讲堂", "古井故事", "老街讲解"),
    "room": ("活动场所", "老兵之家", "阅览专区"),
    "wall": ("荣誉墙", "光荣榜", "特色版块"),
    "document": ("签字扫描件", "工作材料", "协议书"),
    "portrait": ("军旅留影", "老照片", "青春岁月"),
}
SKIES = ("#d7e6f2", "#e8eef2", "#f3e7d3", "#dfeadd", "#e9e1ee", "#f2e0dc", "#dcecec")
CLOTHES = ("#3c5a40", "#5b6f4a", "#2f4858", "#7a4b3a", "#8a3033", "#43525c", "#6b5b3e")
SKIN = ("#e8c39e", "#d9ae86", "#f0cfae")


@cache
def chinese_font(size: int):
    for folder in FONT_FOLDERS:
        root = Path(folder)
        for name in FONT_NAMES if root.is_dir() else ():
            for path in root.rglob(name):
                return ImageFont.truetype(str(path), size)
    return None


def draw(scene: str, rng, number: int) -> bytes:
    """One JPEG of the scene; the generator decides colours, people and light."""
    image = Image.new("RGB", SIZE, rng.choice(SKIES))
    pen = ImageDraw.Draw(image)
    if scene == "document":
        _document(pen, rng)
    elif scene in ("room", "wall", "study", "meeting"):
        _indoors(pen, rng, people=rng.randrange(4, 9) if scene in ("study", "meeting") else 0,
                 panels=rng.randrange(3, 7))  # fmt: skip
    elif scene == "portrait":
        _portrait(pen, rng)
    else:
        _outdoors(pen, rng, scene)
    _caption(pen, f"{rng.choice(WORDS[scene])} · 演示图片 {number:03d}")
    if scene == "portrait":
        image = image.convert("L").convert("RGB")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


def _outdoors(pen, rng, scene):
    width, height = SIZE
    horizon = rng.randrange(280, 380)
    ground = {"field": "#7d9b55", "memorial": "#8d9a86", "heritage": "#b09a7a"}.get(
        scene, "#9aa77f"
    )
    pen.rectangle((0, horizon, width, height), fill=ground)
    sun = rng.randrange(80, width - 80)
    pen.ellipse((sun - 36, 40, sun + 36, 112), fill="#f4c95d")
    for _ in range(rng.randrange(3, 8)):
        x, size = rng.randrange(width), rng.randrange(40, 110)
        pen.rectangle((x - 5, horizon - size, x + 5, horizon), fill="#6e5237")
        pen.ellipse(
            (x - size // 2, horizon - size * 2, x + size // 2, horizon - size // 2), fill="#577a45"
        )
    if scene == "memorial":
        x = rng.randrange(350, 620)
        pen.polygon(
            ((x - 46, horizon), (x + 46, horizon), (x + 22, 90), (x - 22, 90)), fill="#c9c6bd"
        )
        pen.rectangle((x - 90, horizon - 26, x + 90, horizon + 8), fill="#b3afa4")
    if scene in ("heritage", "visit", "recreation"):
        x = rng.randrange(60, 560)
        pen.rectangle((x, horizon - 150, x + 300, horizon), fill="#d8cbb8")
        pen.polygon(
            ((x - 24, horizon - 150), (x + 324, horizon - 150), (x + 150, horizon - 235)),
            fill="#6b5a52",
        )
    if scene == "field":
        for row in range(horizon + 20, height, 34):
            pen.line((0, row, width, row + rng.randrange(-24, 24)), fill="#5f7d3c", width=6)
    for _ in range(rng.randrange(3, 10)):
        _figure(pen, rng, rng.randrange(60, width - 60), rng.randrange(horizon + 90, height - 60))


def _indoors(pen, rng, *, people, panels):
    width, height = SIZE
    pen.rectangle((0, 470, width, height), fill=rng.choice(("#c9b79c", "#b8a58c", "#a9a9a0")))
    step = width // panels
    for panel in range(panels):
        left = panel * step + 26
        frame = rng.choice(("#9d2f2f", "#7a6a4a", "#2f5573", "#4f6b4a"))
        pen.rectangle((left, 100, left + step - 52, 340), fill="#f6f1e6", outline=frame, width=9)
        for line in range(132, 320, 26):
            pen.line(
                (left + 20, line, left + rng.randrange(50, max(51, step - 80)), line),
                fill="#8d877b",
                width=5,
            )
    for seat in range(people):
        _figure(pen, rng, 90 + seat * (width - 140) // max(people, 1), rng.randrange(500, 590))


def _document(pen, rng):
    width, height = SIZE
    pen.rectangle((210, 24, width - 210, height - 70), fill="#fdfdf8", outline="#b9b4a6", width=3)
    for row in range(90, height - 170, rng.randrange(24, 34)):
        pen.line((250, row, rng.randrange(420, width - 250), row), fill="#77736b", width=4)
    x = rng.randrange(480, 620)
    pen.line((x, 500, x + 40, 480, x + 70, 512, x + 120, 486), fill="#29426b", width=5)


def _portrait(pen, rng):
    width, _height = SIZE
    shade = rng.randrange(110, 190)
    pen.rectangle((0, 0, *SIZE), fill=(shade, shade, shade))
    for _ in range(rng.randrange(3)):
        x = rng.randrange(width)
        pen.line(
            (x, 0, x + rng.randrange(-60, 60), 640),
            fill=(shade + 20,) * 3,
            width=rng.randrange(1, 4),
        )
    middle = width // 2 + rng.randrange(-160, 160)
    pen.rounded_rectangle((middle - 150, 360, middle + 150, 660), 60, fill="#4d5645")
    pen.ellipse((middle - 90, 150, middle + 90, 370), fill="#d7bd9c")
    pen.rectangle((middle - 100, 150, middle + 100, 190), fill="#49523f")


def _figure(pen, rng, x, foot):
    size = rng.randrange(74, 120)
    pen.rounded_rectangle(
        (x - size // 4, foot - size, x + size // 4, foot), 12, fill=rng.choice(CLOTHES)
    )
    pen.ellipse(
        (x - size // 6, foot - size - size // 3, x + size // 6, foot - size), fill=rng.choice(SKIN)
    )
    if rng.random() < 0.4:
        pen.rectangle(
            (x - size // 4, foot - size + 12, x + size // 4, foot - size + 22), fill="#b5121b"
        )


def _caption(pen, text):
    width, height = SIZE
    pen.rectangle((0, height - 52, width, height), fill="#333333")
    font = chinese_font(28)
    if font:
        pen.text((20, height - 44), text, font=font, fill="#ffffff")
