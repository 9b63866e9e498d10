from activities import contacts, forms  # noqa: F401 (the roster asks for last contacts)
from activities.models import (
    Activity,
    ExperienceNote,
    Film,
    Plan,
    PlanItem,
    Publicity,
    Reception,
    ServiceRecord,
    SurveyResponse,
)
from activities.plans.workflow import suggested_items
from activities.service_rules import deadline
from records.registry import Kind, Panel, Section, Tool, register, register_panel
from veterans.remarks import Remark

KEEPERS = ("county", "station")


def plan_of(activity, user):
    """The items of the plan that an activity may have been, for who keeps the records."""
    if user.role not in KEEPERS:
        return None
    items = suggested_items(activity, user)
    return {"activity": activity, "items": items} if items else None


register_panel(Panel("activities/plans/_suggested.html", plan_of, Activity))


def proof_of(publicity, user):
    """Links die: what has neither a link nor a picture cannot be shown to anybody later."""
    if publicity.url or publicity.attachment_links.exists():
        return []
    return [Remark("既没有链接，也没有截图：请上传报道的截图（照片），以后才看得到。")]


register(
    Section(
        "plans",
        "活动计划",
        "calendar-event",
        (
            Kind(
                "plan",
                Plan,
                forms.PlanForm,
                (
                    ("标题", "title"),
                    ("计划类型", "get_period_display"),
                    ("年度", "year"),
                    ("第几季度（月）", "number"),
                    ("状态", "get_state_display"),
                    ("审定日期", "approved_on"),
                ),
                noun="计划",
                filters=("period", "state"),
            ),
            Kind(
                "item",
                PlanItem,
                forms.PlanItemForm,
                (
                    ("计划日期", "planned_on"),
                    ("事项", "title"),
                    ("地点", "place"),
                    ("责任人", "owner"),
                    ("重要节点", "key_date"),
                    ("取消原因", "cancelled_reason"),
                ),
                related=("key_date",),
                search=("title",),
                purposes=(),
                hint="年度、季度、每月计划都由这一份事项清单形成，不必重复填写。",
            ),
        ),
        clause="附件1 五",
    )
)
register(
    Section(
        "activities",
        "活动台账",
        "notebook",
        (
            Kind(
                "activity",
                Activity,
                forms.ActivityForm,
                (
                    ("活动时间", "happened_on"),
                    ("活动名称", "title"),
                    ("活动类型", "get_kind_display"),
                    ("地点", "place"),
                    ("组织者", "organiser"),
                ),
                noun="活动",
                purposes=("general", "sign_in", "receipt", "paper_ledger"),
                search=("title", "place", "content"),
                filters=("kind",),
            ),
        ),
        clause="附件1 六",
        tools=(
            Tool("该走访谁", "home-heart", "visits_due"),
            Tool("补录", "files", "paper_entries"),
        ),
    )
)
register(
    Section(
        "receptions",
        "信访接待",
        "messages",
        (
            Kind(
                "reception",
                Reception,
                forms.ReceptionForm,
                (
                    ("接待日期", "received_on"),
                    ("来访人", "visitor"),
                    ("接待人", "handler"),
                    ("答复日期", "answered_on"),
                    ("答复期限", deadline),
                    ("办结日期", "closed_on"),
                ),
                purposes=(),
            ),
        ),
        clause="附件1 四",
        roles=KEEPERS,
    )
)
register(
    Section(
        "services",
        "服务记录",
        "lifebuoy",
        (
            Kind(
                "service",
                ServiceRecord,
                forms.ServiceRecordForm,
                (
                    ("受理日期", "received_on"),
                    ("服务类别", "get_kind_display"),
                    ("服务对象", "person"),
                    ("经办人", "handler"),
                    ("答复日期", "answered_on"),
                    ("答复期限", deadline),
                    ("办结日期", "closed_on"),
                ),
                related=("person",),
                filters=("kind",),
                purposes=(),
            ),
        ),
        clause="四（五）",
        roles=KEEPERS,
        tools=(Tool("六项功能", "chart-bar", "service_functions"),),
    )
)
register(
    Section(
        "publicity",
        "宣传报道",
        "speakerphone",
        (
            Kind(
                "publicity",
                Publicity,
                forms.PublicityForm,
                (
                    ("标题", "title"),
                    ("发布日期", "published_on"),
                    ("宣传渠道", "get_channel_display"),
                    ("级别", "get_level_display"),
                    ("阅读（收看）量", "reach"),
                ),
                filters=("channel", "level"),
                hint="按渠道登记；链接可能失效，请同时上传报道的截图。",
                asks_file="报道截图（照片）",
                remarks=proof_of,
            ),
        ),
        clause="五（三）",
    )
)
register(
    Section(
        "films",
        "视频短片",
        "movie",
        (
            Kind(
                "film",
                Film,
                forms.FilmForm,
                (("标题", "title"), ("时长", "length"), ("制作日期", "made_on")),
                noun="视频短片",
            ),
        ),
        clause="附件1 六",
        tools=(Tool("制作短片", "wand", "film_make"),),
    )
)


class SlipKind(Kind):
    """Answers are opened one by one only to put right what was typed from paper: nobody
    reads, changes or deletes what came by the code or over the telephone."""

    def rows(self, user, station):
        return super().rows(user, station).filter(source=SurveyResponse.Source.PAPER)


register(
    Section(
        "surveys",
        "满意度调查",
        "mood-smile",
        (
            SlipKind(
                "response",
                SurveyResponse,
                forms.SurveyResponseForm,
                (
                    ("填写日期", "given_on"),
                    ("来源", "get_source_display"),
                    ("填写人", "get_respondent_display"),
                ),
                noun="答卷",
                purposes=(),
                filters=("respondent",),
                hint=(
                    "匿名：不记姓名。这里只列由纸质录入的答卷，录错了可以更正；"
                    "扫码和电话的答卷不逐份显示，结果见满意度调查页。"
                ),
            ),
        ),
        clause="附件1 七",
    )
)
register(
    Section(
        "notes",
        "经验材料",
        "bulb",
        (
            Kind(
                "note",
                ExperienceNote,
                forms.ExperienceNoteForm,
                (("标题", "title"), ("日期", "written_on")),
                search=("title",),
            ),
        ),
        clause="五（三）",
    )
)
