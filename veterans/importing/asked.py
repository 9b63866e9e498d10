"""Columns that ask a question: 是否党员, 是否参战, 是否立功. They fill what nothing else in the
row answers, and say so where 是 is less than the roster asks for. 否 is no answer to 政治面貌
or 荣誉奖励: who is no party member may be anything else, who has no merit may have an honour."""

import re

from veterans.importing import people
from veterans.importing.cells import ASK, BLANK, NOTE, answer, narrow, shown
from veterans.models import CareCategory, Veteran

# 参战经历 names the war, as a rule; the questions come behind it.
QUESTIONS = ("war_tags", "asked_party", "asked_war", "asked_merit", "asked_honours")
# Whose answer 是 is no more than: a value of the file that a stored one may be finer than.
ONLY_YES = "_only_yes"
_YES = {"是", "√", "✓", "✔", "☑", "有", "对", "Y", "YES", "1", "是的", "是√", "√是", "是☑", "☑是"}
_NO = {
    "否",
    "×",
    "✗",
    "✘",
    "不是",
    "N",
    "NO",
    "0",
    "X",
    "非",
    "未",
    "不",
    "否√",
    "√否",
    "否☑",
    "☑否",
}
_NOT = re.compile("^(非|不是|不属|没|无|未)")
_MEMBER = re.compile("预备|党员|共产党|中共")
_FOUGHT = re.compile("^(已|曾|参加过?)?(参战|作战|参战过|参加过战斗)(人员|退役人员)?$")
_WON = re.compile("^(已|曾|荣)?立(过)?功$")


def yes_or_no(text: str) -> bool | None:
    """None: more, or something else."""
    bare = re.sub(r"[\s()□,，。.;；]", "", narrow(text)).upper()
    if bare in _YES:
        return True
    return False if bare in _NO or answer(bare) != "answered" or _NOT.search(bare) else None


def party(row, text):
    said = yes_or_no(text)
    if said is False:
        return
    status = "party_member" if said else people.read_political(text)
    if status in ("", "masses"):
        if not said and not status:
            row.say("political_status", NOTE, f"是否党员写的是“{shown(text)}”，没有导入，请核对。")
        return
    stated = row.values.setdefault("political_status", status)
    if stated == status and said:
        row.values[ONLY_YES] = True
    elif stated not in (status, "probationary"):
        label = Veteran.PoliticalStatus(stated).label
        message = (
            f"是否党员写的是“{shown(text)}”，政治面貌写的是“{label}”，请核对；确认则按政治面貌。"
        )
        row.say("political_status", ASK, message)


def war(row, text):
    """Which war it was stands in no 是: the status as a participant is all that it says."""
    said = yes_or_no(text)
    if said is False or row.values.get("war_tags"):
        return
    wars = [] if said else people.read_wars(text)
    if wars:
        row.values["war_tags"] = wars
    elif said or _FOUGHT.match(narrow(text).strip()):
        _took_part(row)
    else:
        _add_care(row, [care for care in people.read_care(text)[0] if care == CareCategory.TEST])
        message = f"“{shown(text)}”没有写明是哪场战争，没有导入，请在参战经历里补填。"
        if not row.values.get("care_categories"):
            row.say("war_tags", BLANK, message)


def _took_part(row):
    message = "只写了参战，没有写哪场战争：参战经历未填，请补填。"
    if row.values.get("person_kind", "veteran") == Veteran.PersonKind.VETERAN:
        _add_care(row, [CareCategory.COMBAT])
        message = "只写了参战，没有写哪场战争：优抚类别记为“参战退役人员”，参战经历请补填。"
    row.say("war_tags", NOTE, message)


def _add_care(row, found):
    mine = row.values.get("care_categories", [])
    if added := [str(care) for care in found if care not in mine]:
        row.values["care_categories"] = [*mine, *added]


def merit(row, text, read):
    """`read` takes the words of 荣誉奖励 into the row."""
    said = yes_or_no(text)
    stated = row.values.get("honours_state", "blank")
    if said is False or stated == "answered":
        return
    if stated == "none":
        message = f"荣誉奖励写的是“无”，是否立功写的是“{shown(text)}”，请核对；确认则按荣誉奖励。"
        row.say("honours", ASK, message)
        return
    read(row, "立功" if said or _WON.match(text) else text)


def honours(row, text, read):
    """是否立功受奖: here 否 is the answer 无."""
    stated = row.values.get("honours_state", "blank")
    if answer(text) != "blank" and yes_or_no(text) is False and stated in ("blank", "unknown"):
        row.values["honours_state"] = "unknown" if answer(text) == "unknown" else "none"
    else:
        merit(row, text, read)
