from records.dates import format_partial
from records.models import AttachmentLink
from records.registry import Kind, Section, register
from veterans import consent_forms, forms, remarks, story_forms
from veterans.models import Consent, Enterprise, Exhibit, Honour, RosterEdition, Story, Veteran


def _partial(name, precision):
    return lambda row: format_partial(getattr(row, name), getattr(row, precision))


def check_state(record):
    """Where a story or exhibit stands with its two checks, in one word."""
    if record.withdrawn_on:
        return "已撤下"
    checks = list(record.checks.all())
    current = {
        c.aspect: c.passed for c in reversed(checks) if c.content_hash == record.content_hash
    }
    if current.get("political") and current.get("historical"):
        return "已通过"
    if False in current.values():
        return "未通过"
    if checks and not current:
        return "内容已改，需重新审核"
    return "待审核"


OF_PERSON = ("veteran__name", "veteran__pinyin", "veteran__initials")
BY_NAME = "姓名或拼音首字母"
PRINTED = "这一版花名册由系统打印，作为存档保留，不删除。名单有变动的，请重新打印，生成新的一版。"
SIGNED = "这一版花名册已上传签字扫描件，作为存档保留，不删除。"


def _paper_exists(edition):
    """Sheets of it are in somebody's hands: the number must not be given to other people."""
    if edition.pdf:
        return PRINTED
    links = edition.attachment_links.filter(purpose=AttachmentLink.Purpose.SIGNED_SCAN)
    return SIGNED if links.exists() else ""


register(
    Section(
        "roster",
        "退役军人花名册",
        "users",
        (
            Kind(
                "person",
                Veteran,
                forms.VeteranForm,
                (
                    ("姓名", "name"),
                    ("性别", "get_gender_display"),
                    ("出生年月", _partial("birth_date", "birth_precision")),
                    ("原部队职务", "former_post"),
                    ("现任职务", "current_post"),
                    ("联系电话", "masked_phone"),
                    ("人员类别", "get_person_kind_display"),
                    ("在册状态", "get_status_display"),
                ),
                noun="人员",
                page="person",
                purposes=("service_life", "portrait", "consent", "general"),
                lookup="code",
                search=("name", "pinyin", "initials"),
                search_hint=BY_NAME,
                kept_for=lambda row: (
                    "花名册人员不删除：请把在册状态改为已迁出、已去世或暂未联系上。"
                ),
                filters=("status", "person_kind"),
                children=("honour", "consent"),
            ),
            Kind(
                "honour",
                Honour,
                forms.HonourForm,
                (
                    ("人员", "veteran"),
                    ("荣誉类别", "get_kind_display"),
                    ("授予时间", _partial("awarded_on", "awarded_precision")),
                    ("次数", "count"),
                ),
                owner="veteran__station",
                related=("veteran",),
                parent="veteran",
                purposes=("general",),
                search=OF_PERSON,
                search_hint=BY_NAME,
            ),
            Kind(
                "consent",
                Consent,
                consent_forms.ConsentForm,
                (
                    ("人员", "veteran"),
                    ("同意事项", "get_kind_display"),
                    ("同意日期", "given_on"),
                    ("撤回日期", "withdrawn_on"),
                ),
                owner="veteran__station",
                related=("veteran",),
                parent="veteran",
                purposes=("consent",),
                search=OF_PERSON,
                search_hint=BY_NAME,
                kept_for=lambda row: "个人同意事项不删除：本人撤回的，请填写撤回日期。",
                noun="个人同意事项",
            ),
        ),
        clause="附件1 二",
    )
)
register(
    Section(
        "editions",
        "花名册版次",
        "book",
        (
            Kind(
                "edition",
                RosterEdition,
                forms.RosterEditionForm,
                (
                    ("版次", str),
                    ("人数（系统）", "row_count"),
                    ("人数（签字件）", "counted_rows"),
                    ("打印日期", "printed_on"),
                    ("核对人", "confirmed_by"),
                    ("核对日期", "confirmed_on"),
                ),
                purposes=("signed_scan",),
                kept_for=_paper_exists,
                hint="打印花名册、签字后上传扫描件；至少每半年核对一次。",
            ),
        ),
        clause="附件1 二",
    )
)
register(
    Section(
        "enterprises",
        "退役军人创业项目",
        "plant-2",
        (
            Kind(
                "enterprise",
                Enterprise,
                forms.EnterpriseForm,
                (
                    ("名称", "name"),
                    ("类型", "get_kind_display"),
                    ("行业", "trade"),
                    ("绿色或特色产业", "is_green"),
                    ("规模", "scale"),
                ),
            ),
        ),
        clause="附件2 一、1",
    )
)
register(
    Section(
        "stories",
        "典型故事",
        "book-2",
        (
            Kind(
                "story",
                Story,
                story_forms.StoryForm,
                (
                    ("标题", "title"),
                    ("所属类别", "get_theme_display"),
                    ("人物类型", "get_subject_display"),
                    ("内容审核", check_state),
                ),
                purposes=("general", "consent", "opinion"),
                prefetched=("checks",),
                search=("title", "subject_name"),
                filters=("theme", "subject"),
                has_checks=True,
                remarks=remarks.of_story,
                reading="story",
                hint="严把政治关、史实关：两项审核由两个不同的人负责，审核后修改内容须重新审核。",
            ),
        ),
        clause="附件2",
    )
)
register(
    Section(
        "exhibits",
        "陈列展示",
        "photo",
        (
            Kind(
                "exhibit",
                Exhibit,
                story_forms.ExhibitForm,
                (
                    ("标题", "title"),
                    ("陈列位置", "get_place_display"),
                    ("所属类别", "get_theme_display"),
                    ("内容审核", check_state),
                ),
                prefetched=("checks",),
                purposes=("general", "opinion"),
                filters=("place", "theme"),
                has_checks=True,
                remarks=remarks.of_exhibit,
                reading="exhibit",
            ),
        ),
        clause="四（六）；附件2 第5项",
    )
)
