"""Hostile files, made here so that none of them lies in the repository: {name: bytes}.

`files()` are meant for every address that takes a file; none of them is a good one, but for
those in HARMLESS, which a careful reader can take without harm."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

from PIL import Image
from pillow_heif import register_heif_opener

register_heif_opener()  # Pillow writes HEIC only with it, whatever was imported before

SCRIPT = b"<script>alert(1)</script>"
# Django's own list of names that try to leave the folder.
CLIMBING = (
    "../../etc/passwd", "..\\..\\windows\\win.ini", "/tmp/hax.txt", "C:\\Windows\\hax.txt",
    "C:/Windows/hax.txt", "\\tmp\\hax.txt", "/tmp\\hax.txt", "subdir/hax.txt", "subdir\\hax.txt",
    "sub/dir\\hax.txt", "../../hax.txt", "..\\../hax.txt", "../hax.txt",
)  # fmt: skip
# Odd pictures, sound ones of their kind.
HARMLESS = {"四色.jpg", "十六位.png", "苹果.heic", "尾巴.jpg", "脚本在照片后.jpg"}


def image(form="JPEG", mode="RGB", size=(64, 48), **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, form, **options)
    return out.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_that_claims(width: int, height: int) -> bytes:
    """A header of any size with nearly nothing behind it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = _chunk(b"IDAT", zlib.compress(bytes(100_000)))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + body + _chunk(b"IEND", b"")


def pixel_bomb(side: int) -> bytes:
    """A whole picture of side x side black dots, written without ever holding it."""
    squeeze = zlib.compressobj(1)
    row = bytes(1 + (side + 7) // 8)
    body = b"".join(squeeze.compress(row * 100) for _ in range(side // 100)) + squeeze.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", body)
        + _chunk(b"IEND", b"")
    )


def text_bomb() -> bytes:
    good = image("PNG")
    bomb = _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(20_000_000)))
    return good[:33] + bomb + good[33:]


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def workbook(sheet: bytes, **more: bytes) -> bytes:
    """The least that readers take for an .xlsx, around a sheet of our own."""
    types = (
        b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        b'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
    )
    return zipped(**{"[Content_Types].xml": types, "xl/worksheets/sheet1.xml": sheet, **more})


def old_workbook_that_claims_the_world() -> bytes:
    """Whose sheet says that it has two thousand million rows: some readers take the memory."""
    good = (Path(__file__).parent.parent / "veterans/tests/old_rosters/marked.xls").read_bytes()
    size = good.index(b"\x00\x02\x0e\x00") + 4
    return good[: size + 4] + b"\xff\xff\xff\x7f" + good[size + 8 :]


def _pictures() -> dict[str, bytes]:
    good, png = image(), image("PNG")
    second = Image.new("RGB", (64, 48), "red")
    return {
        "空.jpg": b"", "空.png": b"", "一字节.jpg": b"\xff", "三字节.jpg": b"\xff\xd8\xff",
        "截断.jpg": good[:200], "截断.png": png[:40], "截断.webp": image("WEBP")[:30],
        "截断.heic": image("HEIF")[:120], "坏头.heic": b"\0\0\0\x18ftypheic" + bytes(200),
        "网页.jpg": b"<html>" + SCRIPT, "矢量.jpg": b"<svg xmlns='x'>" + SCRIPT + b"</svg>",
        "矢量.svg": b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>",
        "网页.html": b"<!doctype html>" + SCRIPT, "网页.pdf": b"<html>" + SCRIPT,
        "双面.gif": b"GIF89a/*" + bytes(20) + b"*/=1;" + SCRIPT,
        "双面.jpg": b"GIF89a" + good, "脚本在照片后.jpg": good + SCRIPT,
        "尾巴.jpg": good + zipped(a=b"b"), "宣称大.png": png_that_claims(30_000, 30_000),
        "宣称长.png": png_that_claims(2_000_000, 10), "宣称六千万.png": png_that_claims(8000, 7000),
        "宣称零.png": png_that_claims(0, 0), "文字炸弹.png": text_bomb(),
        "像素炸弹.png": pixel_bomb(30_000),
        "许多帧.png": image("PNG", save_all=True, append_images=[second] * 60),
        "许多帧.webp": image("WEBP", save_all=True, append_images=[second] * 60),
        "许多帧.gif": image("GIF", save_all=True, append_images=[second] * 60),
        "四色.jpg": image(mode="CMYK"), "十六位.png": image("PNG", "I;16"),
        "苹果.heic": image("HEIF"), "位图.bmp": image("BMP"), "长图.tiff": image("TIFF"),
    }  # fmt: skip


def _documents() -> dict[str, bytes]:
    entity = (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        b"<worksheet><sheetData><row><c><v>&x;</v></c></row></sheetData></worksheet>"
    )
    laughs = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "haha">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    ) + b"]><worksheet>&j;</worksheet>"  # fmt: skip
    return {
        "空.xlsx": b"", "空.csv": b"", "不是.xlsx": b"no zip at all", "半个.xlsx": b"PK\x03\x04",
        "外部实体.xlsx": workbook(entity), "十亿笑.xlsx": workbook(laughs),
        "压缩炸弹.xlsx": workbook(bytes(60_000_000)), "宏.xlsm": workbook(b"", vba=b"macro"),
        "宏藏.xlsx": workbook(b"<worksheet/>", **{"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}),
        "爬出.xlsx": zipped(**{"../../../tmp/hax.xml": b"x"}), "无表.xlsx": zipped(a=b"b"),
        "照片.xlsx": image(), "网页.xls": b"<html><table>" + SCRIPT, "假.xls": b"\xd0\xcf\x11\xe0",
        "宣称大.xls": old_workbook_that_claims_the_world(),
        "零字节.csv": b"\0" * 500, "怪码.csv": bytes(range(128, 256)) * 4,
        "程序.exe": b"MZ\x90\0" + bytes(100), "假.pdf": b"not a pdf", "假.docx": b"no",
        "假.mp4": b"\0\0\0\x18ftypisom" + bytes(300), "不是视频.mp4": SCRIPT,
        "假.mp3": b"no sound", "脚本.js": b"alert(1)",
    }  # fmt: skip


def _names() -> dict[str, bytes]:
    bad = b"MZ not what the name says"
    odd = dict.fromkeys(CLIMBING, bad)
    odd |= {
        "反\u202egpj.exe": bad,
        "响\x07铃.jpg": bad,
        "换\n行.jpg": bad,
        "长" * 300 + ".jpg": bad,
    }
    return odd


def files() -> dict[str, bytes]:
    return _pictures() | _documents() | _names()


# Of every reason to refuse a file one, and the harmless that are changed on the way.
OF_EVERY_KIND = (
    "空.jpg", "截断.jpg", "坏头.heic", "网页.jpg", "矢量.svg", "网页.pdf", "双面.gif",
    "脚本在照片后.jpg", "宣称大.png", "宣称零.png", "文字炸弹.png", "像素炸弹.png", "苹果.heic",
    "空.xlsx", "不是.xlsx", "外部实体.xlsx", "十亿笑.xlsx", "压缩炸弹.xlsx", "假.xls", "宣称大.xls",
    "零字节.csv", "怪码.csv", "假.mp4", "不是视频.mp4", "假.mp3", "../../etc/passwd",
    "反\u202egpj.exe", "换\n行.jpg", "长" * 300 + ".jpg",
)  # fmt: skip
