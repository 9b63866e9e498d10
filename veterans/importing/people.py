"""Names, ID numbers, phones and the words of small dictionaries."""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from veterans.id_numbers import check_digit, read_id_number
from veterans.importing.cells import (
    ASK,
    BLANK,
    NOTE,
    Note,
    answer,
    has_number,
    narrow,
    shown,
    text_of,
)
from veterans.models import CareCategory, Veteran, War
from veterans.phones import BETWEEN, joined

GENDERS = {"男": "male", "男性": "male", "M": "male", "1": "male", "MALE": "male",
           "女": "female", "女性": "female", "F": "female", "2": "female", "FEMALE": "female"}  # fmt: skip
POLITICAL = {
    "党员": "party_member", "中共党员": "party_member", "共产党员": "party_member",
    "中国共产党党员": "party_member",
    "预备党员": "probationary", "中共预备党员": "probationary",
    "团员": "league_member", "共青团员": "league_member",
    "民主党派": "other_party", "无党派": "other_party", "民主党派（无党派）": "other_party",
    "群众": "masses", "普通居民": "masses", "无党派人士": "other_party",
}  # fmt: skip
LONGEST_PHONE = 120
STRAY_DIGITS = "还有一段数字不是有效号码，没有导入，请核对。"
LONGEST = 300  # of what is looked through for a name or numbers
_PARTIES = re.compile("民革|民盟|民建|民进|农工|致公|九三|台盟|民主党派|无党派")
GONE = re.compile("已故|去世|病故|逝世|过世|亡")
# Of whom else 已故 may be said: 其父已故, 配偶去世.
_OTHERS = re.compile("父|母|妻|夫|配偶|爱人|老伴|子|女|儿|兄|弟|姐|妹|爷|奶|岳|家属|家人|战友")
VOID = re.compile("作废|删除|注销|重复|迁出|迁走|不是")
_HAN_ONLY = re.compile(r"[〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff\s]+")
# Most cells: nothing to take apart, nothing to ask.
_PLAIN_NAME = re.compile(r"[㐀-䶿一-鿿]{1,60}")
_NO_PLAIN_NAME = re.compile(
    "^(无|無|没有|暂无|不详|未知|不明|待补|待查|不知道)$|已故|去世|病故|逝世|死亡|党员"
)
# The same sign in another drawing: said behind it, and no sign of its own.
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# 1、张三, （2）李四, ③王五
_SERIAL = re.compile(r"^(?:[（(]?\d{1,4}(?:[)）]|[、.．])\s*|[①-⒇㈠-㈩]\s*)(?=[㐀-䶿一-鿿])")
_MIXED = re.compile("[㐀-鿿].*[A-Za-z]|[A-Za-z].*[㐀-鿿]")
_COMPOUND = {
    "欧阳", "上官", "司马", "诸葛", "皇甫", "东方", "尉迟", "公孙", "慕容", "司徒", "夏侯", "令狐",
    "长孙", "宇文", "端木", "闻人", "申屠", "太史", "独孤", "南宫", "轩辕", "钟离", "淳于", "单于",
    "东郭", "西门", "百里", "呼延", "万俟", "澹台", "公冶", "濮阳", "赫连", "拓跋",
}  # fmt: skip
_MASKED_ID = re.compile(r"(?:\d{2})?\*{3,}(?:[\dX]{3})?")
_MASKED_PHONE = re.compile(r"(?:.{3})?\*{4}.{4}|\*{4}", re.DOTALL)
_PLAIN_PHONE = re.compile(r"1\d{10}")
_EXPONENT = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_OPEN, _CLOSE = "（(\\[【〔｛{<《〈「", "）)\\]】〕｝}>》〉」"
# The last bracket may have been forgotten: 张三（已故
_BRACKETS = re.compile(rf"[{_OPEN}]([^{_OPEN}{_CLOSE}]*)(?:[{_CLOSE}]|$)")
_GLUED = re.compile(
    r"(\S.*?\S)[\s\-—–－_/、，,：:]*(已故|已?去世|已?病故|已?逝世|已?死亡|(?:中共)?(?:预备)?党员)"
)


def is_gone(text: str) -> bool | None:
    """Does a remark say that the person died? None: somebody did, perhaps another."""
    if not GONE.search(text):
        return False
    return None if len(text) >= 20 or _OTHERS.search(text) else True


def is_oneself(relation: str) -> bool:
    return bool(re.search("本人|自己|户主本人", relation))


@dataclass
class NameRead:
    name: str = ""
    remark: str = ""
    is_gone: bool = False
    political_status: str = ""
    notes: list[Note] = field(default_factory=list)


def read_name(raw) -> NameRead:
    text = text_of(raw)[:LONGEST]
    if _PLAIN_NAME.fullmatch(text) and not _NO_PLAIN_NAME.search(text):
        return NameRead(text)
    text = _SELECTORS.sub("", text.replace("\u3000", " "))
    text = _SERIAL.sub("", text)
    read, signs = NameRead(), []
    if answer(text) != "answered":
        return read
    if has_number(text):
        # Neither kept as a name nor repeated: names stand in the clear.
        read.notes.append(Note("name", BLANK, "姓名一格里写的是号码，请核对是否填错了列。"))
        return read
    remarks = [part.strip() for part in _BRACKETS.findall(text) if part.strip()]
    text = _BRACKETS.sub("", text).strip()
    glued = _GLUED.fullmatch(text)
    if glued:
        text, remarks = glued[1], [*remarks, glued[2]]
    # Other people's masks: 李*明. Our own rosters never mask a name.
    is_masked = bool(re.search(r"\w[*＊×]+\w", text))
    text = re.sub(r"(?<=\w)●(?=\w)", "·", text)
    text = _several_names(text) or text
    if not is_masked:
        signs = re.findall(r"[*＊#※★▲△●]+", text)
        text = re.sub(r"[*＊#※★▲△●]+", "", text).strip(" '\"、，,。.")
    if _HAN_ONLY.fullmatch(text or " "):
        text = re.sub(r"\s", "", text)
    else:
        text = re.sub(r"\s*[•・･·⋅᛫．.‧∙]\s*", "·", " ".join(text.split()))
    read.name = text[:60]
    if not text:
        return read
    if remarks or signs:
        _split_remarks(read, remarks)
    if doubt := _doubt(text, is_masked):
        read.notes.append(Note("name", ASK, doubt))
    return read


def _doubt(text: str, is_masked: bool) -> str:
    if len(text) > 60:
        return "姓名超过60字，已截短，请核对是否填错了列。"
    if re.search("[?？□■�]", text) or any(unicodedata.category(c) == "Co" for c in text):
        return f"姓名“{shown(text)}”里有显示不出的字，请核对后补正。"
    if re.search("[、，,/；;]", text):
        return f"“{shown(text)}”可能是几个人，请一人一行。"
    if is_masked or re.search(r"\d", text) or not re.search(r"\w", text) or _MIXED.search(text):
        return f"“{shown(text)}”不像姓名，请核对。"
    return ""


def _several_names(text: str) -> str:
    """张三 李四 and 张三, 李四 below each other; 张 建国 and 欧阳 建国 are one name."""
    parts = text.split()
    if len(parts) < 2 or not all(_PLAIN_NAME.fullmatch(part) for part in parts):
        return ""
    is_one = any(len(part) < 2 for part in parts) or parts[0] in _COMPOUND
    return "" if is_one else "、".join(parts)


def _split_remarks(read, remarks):
    rest = []
    for remark in (part for text in remarks for part in re.split("[、，,；;]", text) if part):
        status = POLITICAL.get(remark, "")
        if is_gone(remark):
            read.is_gone = True
        elif status in ("party_member", "probationary"):
            read.political_status = status
        else:
            rest.append(remark)
    read.remark = "；".join(rest)
    said = "、".join(remarks)
    if read.is_gone:
        message = f"姓名里写有“{shown(said)}”，已分开。确认后在册状态记为“已去世”。"
        read.notes.append(Note("name", ASK, message))
    elif remarks:
        read.notes.append(Note("name", NOTE, f"姓名里的“{shown(said)}”已分开。"))
    else:
        read.notes.append(Note("name", NOTE, "姓名后的符号已去掉。"))


@dataclass
class IdRead:
    """`is_masked`: one of our own masked cells, the stored number stays."""

    number: str = ""
    check: str = Veteran.IdCheck.NONE
    birth: str = ""
    gender: str = ""
    is_masked: bool = False
    hint: str = ""
    notes: list[Note] = field(default_factory=list)


def _say(read, level, message):
    read.notes.append(Note("id_number", level, message))
    return read


def _lost(digits):
    read = IdRead(check=Veteran.IdCheck.LOST, hint=digits[:14])
    return _say(read, BLANK, "身份证号失真（表格把长数字取了整），已留空，请重新填写。")


def read_id(raw) -> IdRead:
    if raw is None or raw == "":
        return IdRead()
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        if raw != raw or raw < 0 or raw >= 1e15:
            return _lost(f"{raw:.0f}" if raw == raw and abs(raw) < 1e30 else "")
        text = text_of(raw)
    else:
        text = text_of(raw)
    text = narrow(text).upper()
    text = re.sub(r"^(公民)?(居民)?(身份证?(号码?|号)?)[::]?", "", text.strip("'\"‘’`“” "))
    text = re.sub(r"[\s'‘’`\-]", "", text)
    if _EXPONENT.fullmatch(text):
        return _lost(re.sub(r"\D", "", text.split("E")[0]))
    if _MASKED_ID.fullmatch(text):
        return IdRead(is_masked=True)
    if "*" in text:
        return _say(IdRead(), BLANK, "身份号码被星号遮盖，没有导入，请补填完整号码。")
    # The sign of multiplication, and the letters of two other scripts that look like X.
    text = re.sub("[×ХΧ]", "X", text.removesuffix(".0"))
    if not text or answer(text) != "answered":
        return IdRead()
    text = re.sub(r"^(ID|NO)?[.:：、,，;；]*|[㐀-鿿()（）.:：、,，;；]", "", text)
    if re.fullmatch(r"\d{15}", text):
        return _from_15(text)
    return _from_18(text)


def _from_15(text):
    longer = f"{text[:6]}19{text[6:]}"
    read = _from_18(longer + check_digit(longer))
    if read.check == Veteran.IdCheck.VALID:
        _say(read, NOTE, "15位旧号码已换算成18位。")
    return read


def _from_18(text):
    if re.search("[OIL]", text) and re.fullmatch(r"[\dOIL]{17}[\dOILX]", text):
        return _say(IdRead(), ASK, "身份号码里有字母 O、I 或 L，可能应为数字0、1，请核对后填写。")
    if not re.fullmatch(r"\d{17}[\dX]", text):
        message = f"身份号码应为18位（现为{len(text)}位）或含有其他字符，已留空，请核对后填写。"
        return _say(IdRead(), BLANK, message)
    known = read_id_number(text)
    birth = known.birth_date.isoformat() if known.birth_date else ""
    if known.is_valid:
        return IdRead(text, Veteran.IdCheck.VALID, birth, known.gender)
    if text.endswith("000"):
        # What Excel leaves of the last three digits, written out as a text.
        return _lost(text)
    read = IdRead(text, Veteran.IdCheck.INVALID, birth, known.gender)
    return _say(read, ASK, "身份号码的校验位不对，请核对；确认导入则按“校验未通过”保存。")


def read_phone(raw) -> tuple[str, list[Note], bool]:
    """(phone, notes, whether it is one of our masked cells)."""
    text = narrow(text_of(raw))[:LONGEST].strip("'\"‘’ ")
    if _PLAIN_PHONE.fullmatch(text):
        return text, [], False
    if _MASKED_PHONE.fullmatch(text):
        return "", [], True
    if "*" in text:
        note = Note("phone", BLANK, "联系电话被星号遮盖，没有导入，请补填完整号码。")
        return "", [note], False
    if _EXPONENT.fullmatch(text):
        note = Note("phone", BLANK, "联系电话失真（被表格写成科学计数），已留空，请重新填写。")
        return "", [note], False
    if text in ("0", "同上") or answer(text) != "answered":
        return "", [], False
    parts, is_whole = _phones(text.removesuffix(".0"))
    if not parts:
        note = Note("phone", BLANK, "联系电话不是有效号码，已留空，请核对后补填。")
        return "", [note], False
    notes = []
    if len(parts) > 1:
        notes.append(Note("phone", NOTE, f"有{len(parts)}个号码，全部保留。"))
    elif "(" in parts[0]:
        notes.append(Note("phone", NOTE, "号码旁的说明已保留。"))
    if not is_whole:
        notes.append(Note("phone", NOTE, STRAY_DIGITS))
    phone = joined(parts, LONGEST_PHONE)
    if (left := len(parts) - len(phone.split(BETWEEN))) > 0:
        notes.append(Note("phone", NOTE, f"号码太多，有{left}个没有导入，请核对。"))
    return phone, notes, False


_PHONE = re.compile(
    r"(?<!\d)(?:\+?(?:00)?86[\s\-]*)?(?P<mobile>1\d(?:[\s\-]*\d){9})(?!\d)"
    r"|(?<!\d)\(?(?P<area>0\d{2,3})\)?[\s\-]*(?P<local>[2-9]\d{6,7})(?!\d)"
    r"(?:(?:-|\s*转\s*|\s*分机\s*)(?P<inside>\d{1,5}))?"
    r"|(?<!\d)(?P<service>[48]00[\s\-]?\d{3,4}[\s\-]?\d{3,4})(?!\d)"
    r"|(?<!\d)(?P<short>[2-9]\d{6,7})(?!\d)"
)
# What stands beside a number and does not say whose it is.
_NO_OWNER = re.compile(
    "联系电话|联系方式|手机号码?|电话号码?|手机|电话|座机|号码|备用|或者|以及|或|和|及|短号|转|分机"
)


def _phones(text) -> tuple[list[str], bool]:
    """(numbers with their owners, whether all the digits of the cell were numbers)."""
    text = re.sub(r"(?<!\d)(1\d{10})(1\d{10})(?!\d)", r"\1 \2", text)
    found = list(_PHONE.finditer(text))
    edges = [0, *(edge for match in found for edge in match.span()), len(text)]
    beside = [text[edges[n] : edges[n + 1]] for n in range(0, len(edges), 2)]
    # 儿子：138… names the owner before the number, 138…（儿子） behind it.
    owners = [_NO_OWNER.sub("", "".join(re.findall("[㐀-鿿]+", words))) for words in beside]
    owners = owners[:-1] if owners[0] else owners[1:]
    parts = [
        f"{_digits(match)}({owner[:10]})" if owner else _digits(match)
        for match, owner in zip(found, owners, strict=True)
    ]
    return list(dict.fromkeys(parts)), not any(re.search(r"\d{5}", words) for words in beside)


def _digits(match):
    if match["area"]:
        inside = f"-{match['inside']}" if match["inside"] else ""
        return f"{match['area']}-{match['local']}{inside}"
    return re.sub(r"\D", "", match["mobile"] or match["service"] or match["short"])


# --- dictionaries ----------------------------------------------------------------------

_CARE = (
    ("残疾军人|伤残军人|级伤残|级残疾", CareCategory.DISABLED),
    ("在乡(老)?复员|老复员", CareCategory.DEMOBILISED),
    ("带病回乡", CareCategory.RETURNED_ILL),
    ("参战|两参", CareCategory.COMBAT),
    ("参试|涉核|两参", CareCategory.TEST),
    ("60周岁|六十周岁|农村籍", CareCategory.RURAL_60),
    ("烈士.*(遗属|家属|子女|父母|配偶)|烈属", CareCategory.MARTYR_FAMILY),
    ("因公牺牲.*(遗属|家属|子女|父母|配偶)", CareCategory.DUTY_FAMILY),
    ("病故.*(遗属|家属|子女|父母|配偶)", CareCategory.ILLNESS_FAMILY),
    ("(^|[、,;/])其他($|[、,;/])", CareCategory.OTHER),
)
_KINDS = (
    ("遗属|烈属|三属|烈士.*(家属|子女|父母|配偶)", Veteran.PersonKind.SURVIVOR),
    ("军人(家属|父母|配偶|子女)|军属|随军家属", Veteran.PersonKind.MILITARY_FAMILY),
    ("民兵|民工|人民警察|无军籍|其他优抚", Veteran.PersonKind.OTHER_CARE),
)
_OF_ANY = re.compile(
    "退役|退伍|复员|转业|义务兵|士兵|士官|军官|军士|干部|退休|普通|一般|农村|城镇|^[是否有√]$"
)
_WARS = (
    ("抗日", War.RESISTANCE), ("解放战争|淮海|渡江|孟良崮", War.LIBERATION), ("抗美援朝|志愿军", War.KOREA),
    ("对越|自卫反击|老山|者阴山", War.VIETNAM),
)  # fmt: skip


@lru_cache(maxsize=200)
def read_gender(text: str) -> str:
    return GENDERS.get(re.sub(r"[\s()]", "", narrow(text)).upper(), "")


@lru_cache(maxsize=200)
def read_political(text: str) -> str:
    """党 员, 中共党员（2010年入党）, 民革党员 -> the value; nothing where no rule holds."""
    text = re.sub(r"\s", "", narrow(text))
    known = POLITICAL.get(text)
    if known or re.search("非|不是|积极分子|申请", text):
        return known or ""
    for words, value in (
        ("预备", "probationary"), (_PARTIES, "other_party"), ("团员", "league_member"),
        ("党员|^中共$|共产党", "party_member"), ("群众", "masses"),
    ):  # fmt: skip
        if re.search(words, text):
            return value
    return ""


def read_care(text: str) -> tuple[list[str], str]:
    """(care categories, person kind) out of 优抚类别 or 人员类别."""
    text = narrow(text)
    kind = ""
    for value, label in Veteran.PersonKind.choices:
        # Our own words for the kind of person say nothing of the care.
        if str(label) in text:
            kind, text = kind or value, text.replace(str(label), "")
    kind = kind or next((kind for words, kind in _KINDS if re.search(words, text)), "")
    found = [category for words, category in _CARE if re.search(words, text)]
    return [str(category) for category in found], str(kind or Veteran.PersonKind.VETERAN)


def says_care(text: str) -> bool:
    """Whether words that are no category of care are worth a remark: 义务兵 is a kind of
    veteran as any other."""
    return not _OF_ANY.search(narrow(text))


def read_wars(text: str) -> list[str]:
    if not text:
        return []
    found = [str(war) for words, war in _WARS if re.search(words, text)]
    if not found and re.search(
        "其他战争|战斗|剿匪|珍宝岛|中印|金门|西沙|援越|援老|一江山|平叛", text
    ):
        found = [str(War.OTHER)]
    return found


def label_value(choices, text: str) -> str:
    """The value whose label a cell holds."""
    return next((value for value, label in choices if label == text.strip()), "")
