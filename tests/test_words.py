"""None of the words that the bureau must not be seen to use stands in a template, a choice,
a label or a message, outside verbatim sentences of the policy."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
BANNED = (
    "赛道 站点管理员 县区局审核 退伍军人 重点人员 重点人 稳控 包保对象 上访 缠访 闹访 非访 "
    "越战 越南战争 中越战争 朝鲜战争 韩战 内战 国共内战 烈士死亡 阵亡 死亡 已死 失联人员 "
    "造假 作弊 嫌疑 驳回 拒绝 排名 倒数 垫底 末位 落后 打卡 签到率 活跃度 积分 考核 快照 工单 "
    "看板 流程节点 示范 授牌 挂牌 红色景点"
).split()
WORD = re.compile("|".join(sorted(BANNED, key=len, reverse=True)).replace("|内战", "|(?<!国)内战"))
POLICY = re.sub(r"\s", "", (ROOT / "accreditation/data/policy.txt").read_text())

# What reads or recognises such words on behalf of the user, and the policy's own stages.
ALLOWED = {
    ("accreditation/models/programmes.py", "示范"): "label of the stage 一年做示范",
    ("veterans/importing/people.py", "死亡"): "read in the workbooks of others, never shown",
}


def quoted(text: str, start: int, end: int) -> bool:
    """Is it a sentence of the policy? The word with its neighbours must stand there so."""
    window = re.sub(r"\s", "", text[max(0, start - 4) : end + 4])
    return len(window) >= end - start + 4 and window in POLICY


def hits(text: str) -> set[str]:
    return {m.group() for m in WORD.finditer(text) if not quoted(text, m.start(), m.end())}


def python_texts(path: Path) -> list[str]:
    """String constants that are not docstrings: choices, labels, messages."""
    tree = ast.parse(path.read_text())
    docstrings = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            docstrings.add(id(body[0].value))
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
    ]


def sources() -> list[Path]:
    apps = ("accounts", "accreditation", "activities", "config", "records", "stations")
    found = []
    for app in (*apps, "veterans", "volunteers"):
        found += (ROOT / app).rglob("*.py")
        found += (ROOT / app).rglob("*.csv")
    found += (ROOT / "templates").rglob("*.html")
    found += (ROOT / "static/js").rglob("*.js")
    found = [path for path in found if not {"tests", "migrations"} & set(path.parts)]
    return sorted(path for path in found if path.name != "regions.csv")


def texts(path: Path) -> list[str]:
    if path.suffix == ".py":
        return python_texts(path)
    text = path.read_text()
    if path.suffix == ".html":
        text = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.DOTALL)
    if path.suffix == ".js":
        text = re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
    return text.splitlines()


def test_no_banned_word_is_shown():
    found = set()
    for path in sources():
        name = str(path.relative_to(ROOT))
        for text in texts(path):
            found |= {(name, word) for word in hits(text) if (name, word) not in ALLOWED}

    assert sorted(found) == []


def test_every_exception_is_still_needed():
    used = set()
    for path in sources():
        name = str(path.relative_to(ROOT))
        used |= {(name, word) for text in texts(path) for word in hits(text)}

    assert ALLOWED.keys() - used == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("申报被驳回", {"驳回"}),
        ("上访人数", {"上访"}),
        ("国内战线", set()),
        ("退回补正", set()),
        ("一年做示范、两年抓提升、三年树品牌", set()),
        ("内战", {"内战"}),
        ("示范站", {"示范"}),
    ],
)
def test_the_search_finds_words_and_lets_the_policy_speak(text, found):
    assert hits(text) == found
