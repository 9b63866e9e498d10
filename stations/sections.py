from records.registry import Kind, Section, Tool, register
from stations import forms
from stations.models import (
    Duty,
    Facility,
    Grid,
    Outcome,
    Partner,
    Regulation,
    Resource,
    ResourceUse,
    Title,
)

register(
    Section(
        "facilities",
        "活动场所",
        "building-community",
        (
            Kind(
                "facility",
                Facility,
                forms.FacilityForm,
                (
                    ("场所类型", "get_kind_display"),
                    ("名称", "name"),
                    ("面积（平方米）", "floor_area"),
                    ("共用", "is_shared"),
                    ("图书册数", "book_count"),
                    ("最近更换日期", "changed_on"),
                ),
            ),
        ),
        clause="附件1 一",
    )
)
register(
    Section(
        "regulations",
        "工作制度",
        "file-text",
        (
            Kind(
                "regulation",
                Regulation,
                forms.RegulationForm,
                (
                    ("制度类别", "get_kind_display"),
                    ("名称", "title"),
                    ("制定日期", "adopted_on"),
                    ("最近审阅日期", "reviewed_on"),
                ),
            ),
        ),
        clause="附件1 四",
        tools=(Tool("从范本新建", "copy-check", "regulation_templates"),),
    )
)
register(
    Section(
        "duties",
        "工作职责",
        "id-badge-2",
        (
            Kind(
                "duty",
                Duty,
                forms.DutyForm,
                (
                    ("岗位（组织）名称", "post"),
                    ("职责类别", "get_kind_display"),
                    ("负责人", "holder"),
                ),
            ),
        ),
        clause="附件1 四",
        tools=(Tool("从范本新建", "copy-check", "duty_templates"),),
    )
)
register(
    Section(
        "resources",
        "特色资源",
        "map-pin",
        (
            Kind(
                "use",
                ResourceUse,
                forms.ResourceUseForm,
                (
                    ("特色资源", "resource"),
                    ("所属类别", "resource.get_theme_display"),
                    ("资源类型", "resource.get_kind_display"),
                    ("签订日期", "signed_on"),
                    ("有效期至", "valid_until"),
                ),
                purposes=("agreement", "general"),
                related=("resource",),
                hint="登记本站与特色资源共建共享的情况。",
            ),
            Kind(
                "resource",
                Resource,
                forms.ResourceForm,
                (
                    ("名称", "name"),
                    ("所属类别", "get_theme_display"),
                    ("资源类型", "get_kind_display"),
                    ("资料来源", "source"),
                    ("管护单位（人）", "keeper"),
                ),
                owner="region",
                hint="本地的革命先烈名录、革命历史事件、馆所、遗址和产业等，归所在地所有，各站共用。",
            ),
        ),
        clause="附件2；四（二）",
    )
)
register(
    Section(
        "partners",
        "共建单位",
        "users-group",
        (
            Kind(
                "partner",
                Partner,
                forms.PartnerForm,
                (
                    ("名称", "name"),
                    ("类型", "get_kind_display"),
                    ("联系人", "contact"),
                    ("共建起始日期", "since"),
                ),
            ),
        ),
        clause="三；四（二）",
    )
)
register(
    Section(
        "grids",
        "网格",
        "grid-dots",
        (
            Kind(
                "grid",
                Grid,
                forms.GridForm,
                (("网格名称", "name"), ("联络员", "liaison"), ("联络员电话", "liaison_phone")),
                purposes=(),
            ),
        ),
        clause="四（三）",
    )
)
register(
    Section(
        "titles",
        "集体荣誉",
        "award",
        (
            Kind(
                "title",
                Title,
                forms.TitleForm,
                (
                    ("荣誉名称", "name"),
                    ("级别", "get_level_display"),
                    ("授予单位", "awarded_by"),
                    ("授予日期", "awarded_on"),
                    ("有效期至", "valid_until"),
                ),
                noun="集体荣誉",
            ),
        ),
    )
)
register(
    Section(
        "outcomes",
        "成效数据",
        "chart-line",
        (
            Kind(
                "outcome",
                Outcome,
                forms.OutcomeForm,
                (
                    ("指标", "metric"),
                    ("年度", "year"),
                    ("数值", "value"),
                    ("单位", "unit"),
                    ("数据来源", "source"),
                ),
                related=("resource",),
            ),
        ),
        clause="附件2 一、2",
    )
)
