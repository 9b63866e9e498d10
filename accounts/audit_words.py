"""Chinese words for the codes of the audit log. A code without a word is shown as it is, a
family (`record.`) has one word for all of its members."""

from django.apps import apps

ACTIONS = {
    "login": "登录",
    "logout": "退出",
    "denied": "未获准的操作",
    "password.change": "修改密码",
    "password.reset": "重置密码",
    "user.create": "新增账号",
    "user.edit": "编辑账号",
    "user.enable": "启用账号",
    "user.disable": "停用账号",
    "user.unlock": "解锁账号",
    "user.hand_over": "移交账号",
    "user.mail": "修改本人邮箱和通知摘要",
    "region.load": "载入区划",
    "region.create": "新增单位",
    "region.edit": "编辑单位",
    "region.move": "调整主管单位",
    "region.merge": "合并单位",
    "station.create": "新建服务站",
    "record.create": "新增记录",
    "record.change": "修改记录",
    "record.delete": "删除记录",
    "file.upload": "上传文件",
    "file.caption": "修改文件说明",
    "file.remove": "移除文件",
    "file.order": "调整文件顺序",
    "file.move": "移动文件到另一条记录",
    "file.link": "已有文件用于另一条记录",
    "content.check": "内容审核",
    "words.verified": "核实文字可以公开",
    "access.unmask": "查看完整信息",
    "access.export": "导出",
    "feedback.send": "提出意见建议",
    "feedback.answer": "答复意见建议",
    "film.make": "制作视频短片",
    "doubt.open": "发现疑点",
    "doubt.explain": "说明疑点",
    "doubt.close": "核实疑点",
    "job.queued": "提交后台任务",
    "job.download": "下载任务结果",
    "job.running": "任务开始",
    "job.done": "任务完成",
    "job.failed": "任务未成功",
    "job.interrupted": "任务中断",
    "job.cancelled": "取消任务",
    "roster.status": "变更在册状态",
    "roster.transfer_ask": "提出转接申请",
    "roster.transfer_accept": "同意转接",
    "roster.transfer_refuse": "未同意转接",
    "roster.transfer_withdraw": "撤回转接申请",
    "roster.number_search": "按号码查找人员",
    "roster.view_save": "保存花名册视图",
    "roster.view_delete": "删除花名册视图",
    "roster.check": "花名册数据核查",
    "roster.fault_close": "处理数据问题",
    "roster.merge": "合并重复人员",
    "print": "打印",
    "stage_summary.save": "上传阶段总结",
    "announcement.publish": "发布通知公告",
    "application.remind": "催办",
    "roster.print": "打印花名册",
    "roster.download": "下载花名册版次",
    "list.add": "新增选项",
    "list.edit": "修改选项",
    "programme.create": "新建建设方案",
    "rubric.draft": "新建标准草稿",
    "rubric.change": "修改标准草稿",
    "rubric.discard": "删除标准草稿",
    "rubric.in_force": "施行评价标准",
    "template.adopt": "采用范本",
    "volunteers.groups": "组建活动小组",
    "plan.draft": "生成计划草案",
    "plan.approve": "审定计划",
    "plan.cancel": "取消计划事项",
    "plan.link": "活动关联计划事项",
    "visit.draw": "生成实地核验单",
    "visit.line": "填写实地核验单",
    "problem.add": "新增问题",
    "problem.edit": "修改问题清单",
    "problem.close": "问题销号",
    "recheck.line": "填写复核意见",
    "recheck.renew": "更新复核材料",
    "survey.paper": "录入纸质答卷",
    "survey.draw": "抽取电话样本",
    "survey.phone": "登记电话答卷",
}
FAMILIES = {
    "volunteers": "志愿服务",
    "plan": "活动计划",
    "survey": "满意度调查",
    "application": "申报办理",
    "accreditation": "认定办理",
    "batch": "批次办理",
    "programme": "建设方案",
    "rubric": "评价标准",
    "target": "目标任务",
    "import": "导入",
    "record": "记录",
    "roster": "花名册",
    "job": "后台任务",
    "export": "完整信息导出申请",
    "story": "典型故事",
    "keys": "密钥",
    "figures": "建档人数等数据",
    "confirmation": "县（区）确认",
}


def action_label(code: str) -> str:
    return ACTIONS.get(code) or FAMILIES.get(code.split(".", maxsplit=1)[0], code)


def codes_for(text: str) -> list[str]:
    return [code for code, word in ACTIONS.items() if text in word]


def kind_label(kind: str) -> str:
    try:
        return str(apps.get_model(kind)._meta.verbose_name) if kind else "—"
    except (LookupError, ValueError):
        return kind


def kinds() -> list[tuple[str, str]]:
    """All kinds of objects that the log can speak of, for the filter."""
    product = (
        "accounts",
        "records",
        "stations",
        "veterans",
        "volunteers",
        "activities",
        "accreditation",
    )
    models = [m for app in product for m in apps.get_app_config(app).get_models()]
    hidden = {"accounts.auditentry", "accounts.auditseal", "accounts.logintries"}
    return sorted(
        (
            (m._meta.label_lower, str(m._meta.verbose_name))
            for m in models
            if m._meta.label_lower not in hidden and not str(m._meta.verbose_name).isascii()
        ),
        key=lambda pair: pair[1],
    )
