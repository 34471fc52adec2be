"""A Chinese operations weekly of four people, written as a recogniser writes: figures as digits."""

from datetime import date

from talk import Line, Talk, evidence, sections

from eval.cases import Gold, GoldAction, GoldCarryOver, GoldDecision, GoldFeedback, GoldIssue, GoldKpi
from pipeline.meeting import AgendaItem, Meeting, OpenAction, Participant
from pipeline.minutes import Kind

CHAIR, SHOP, STOCK, CARE = "沈岚", "贺明远", "罗建国", "唐小雨"


def chinese() -> Talk:
    """The whole meeting. Everybody's name is said by somebody, so speakers resolve "我" alone."""
    lines = (*_opening(), *_numbers(), *_reports(), *_problems(), *_plans(), *_closing())
    return Talk(
        meeting=_meeting(),
        lines=lines,
        gold=_gold(lines),
        gold_with_speakers=_gold(lines),
        voices=((CHAIR, "cmn+f2"), (SHOP, "cmn+m3"), (STOCK, "cmn+m7"), (CARE, "cmn+f5")),
    )


def _meeting() -> Meeting:
    return Meeting(
        id="zh-weekly",
        language="zh",
        title="线上商城运营周例会",
        held_on=date(2026, 3, 2),
        series="shop-weekly",
        cadence_days=7,
        timezone="Asia/Shanghai",
        country="CN",
        agenda=(
            AgendaItem(topic="上周数据", minutes=1),
            AgendaItem(topic="各部门进展", minutes=1),
            AgendaItem(topic="问题讨论", minutes=1),
            AgendaItem(topic="下一步计划", minutes=1),
        ),
        participants=(
            Participant(name=CHAIR, aliases=("沈总", "岚姐"), title="运营总监", department="运营部"),
            Participant(name=SHOP, aliases=("明远", "贺经理"), title="商城经理", department="商城部"),
            Participant(name=STOCK, aliases=("老罗", "罗主管"), title="仓储主管", department="仓储部"),
            Participant(name=CARE, aliases=("小雨", "小唐"), title="客服组长", department="客服部"),
        ),
        open_actions=(
            OpenAction(id="p1", task="更换三号仓的扫码设备", owner=STOCK, due=date(2026, 2, 27), slips=1),
            OpenAction(id="p2", task="更新退换货说明页", owner=SHOP, due=date(2026, 2, 26)),
            OpenAction(id="p3", task="整理会员投诉台账", owner=CARE, due=date(2026, 2, 28)),
        ),
    )


def _said(kind: Kind, *turns: tuple[str, str] | tuple[str, str, str]) -> tuple[Line, ...]:
    """Lines of one section, each as speaker, text and, parted by spaces, the keys of what it proves."""
    return tuple(
        Line(turn[0], kind, turn[1], tuple(turn[2].split()) if len(turn) == 3 else ()) for turn in turns
    )


def _opening() -> tuple[Line, ...]:
    return _said(
        "purpose",
        (CHAIR, "大家早上好，人都到齐了，我们开始本周的运营例会。"),
        (CHAIR, "今天开会主要是三件事：看一下上周的数据，解决发货慢的问题，把春季上新的安排定下来。"),
        (CHAIR, "每个部门汇报两分钟，问题放到后面一起讨论。"),
        (SHOP, "好的，沈总。"),
    )


def _numbers() -> tuple[Line, ...]:
    return _said(
        "data",
        (CHAIR, "先看数据，明远你来说。"),
        (SHOP, "上周商城销售额320万元，环比增长8%，完成了周目标的104%。", "sales"),
        (SHOP, "支付转化率3.2%，比前一周下降了0.3个百分点。", "conversion"),
        (CHAIR, "转化率为什么会掉？"),
        (SHOP, "主要是首页换了新版，老用户一时找不到入口。"),
        (SHOP, "新增会员5600人，同比增长12%。", "members"),
        (CARE, "客服这边，上周满意度91%，离95%的目标还差4个点。", "satisfaction"),
        (STOCK, "仓库的48小时发货率是86%，目标是95%，没有达到。", "shipping"),
        (CARE, "退货率6.5%，行业平均大概是5%。", "returns benchmark"),
    )


def _reports() -> tuple[Line, ...]:
    return _said(
        "reports",
        (CHAIR, "好，接下来各部门说一下进展，先过上次的待办。"),
        (CHAIR, "明远，退换货说明页更新了没有？", "p2"),
        (SHOP, "已经更新了，上周四就上线了。", "p2"),
        (CHAIR, "老罗，三号仓的扫码设备换好了吗？", "p1"),
        (STOCK, "还没有，供应商那边缺货，上周没到。", "p1"),
        (STOCK, "我跟他们确认过了，要改到3月13号才能换完。", "p1"),
        (CHAIR, "那就3月13号，不能再拖了。", "p1"),
        (CARE, "会员投诉台账我还在整理，做了一大半。", "p3"),
        (CHAIR, "嗯，继续做。", "p3"),
        (SHOP, "商城部上周完成了新版首页的切换，还上了两个新品牌。"),
        (STOCK, "仓储部上周盘点了一号仓和二号仓，账实基本对得上。"),
        (CARE, "客服部来了两位新同事，已经培训完上岗了。"),
    )


def _problems() -> tuple[Line, ...]:
    return _said(
        "issues",
        (CHAIR, "下面说问题。发货慢到底卡在哪里？", "slow"),
        (STOCK, "打包这一段人手不够，晚上的订单经常压到第二天。", "slow"),
        (CARE, "上周因为发货慢，客户投诉多了不少。", "slow"),
        (SHOP, "要不要考虑把一部分订单外包给第三方仓？"),
        (CHAIR, "外包先不谈，成本太高。"),
        (CHAIR, "这样，我定一下，从下周起打包改成两班倒。", "shifts slow"),
        (CHAIR, "老罗，你这周五之前把两班倒的排班表发出来。", "roster slow"),
        (STOCK, "没问题，我来弄。", "roster slow"),
        (CHAIR, "转化率的事呢？", "homepage"),
        (
            SHOP,
            "我打算把老入口加回首页，下周三上线，不对，下周三有大促压测，改成下周四吧。",
            "entrance homepage",
        ),
        (CHAIR, "可以，就下周四。", "entrance homepage"),
        (SHOP, "另外有个风险，春季上新的主图还缺十几张，摄影那边排不开。", "pictures-late"),
        (CARE, "我这边可以帮忙，我去联系外面的摄影工作室，后天给大家答复。", "studio pictures-late"),
        (CHAIR, "好，小雨你负责。", "studio pictures-late"),
    )


def _plans() -> tuple[Line, ...]:
    return _said(
        "plans",
        (CHAIR, "说一下后面的计划，先定春季上新。"),
        (SHOP, "我建议3月20号上线，也可以往后放到月底。", "launch"),
        (STOCK, "3月20号的话，备货来得及。", "launch"),
        (CHAIR, "那就定了，春季上新3月20号上线。", "launch"),
        (SHOP, "优惠方式呢，是满减还是直接打折？", "discount"),
        (CHAIR, "大家觉得满减怎么样？", "discount"),
        (CARE, "满减客户容易看懂，我同意。", "discount"),
        (CHAIR, "好，这次统一用满减，不做打折。", "discount"),
        (CHAIR, "明远，活动页面你来做，3月16号之前给我看初稿。", "page"),
        (SHOP, "好，16号之前给您。", "page"),
        (CHAIR, "老罗，备货清单月中之前要交上来。", "stocklist"),
        (STOCK, "行。", "stocklist"),
        (CHAIR, "小雨，客服话术也要更新一下，下周五之前。", "scripts"),
        (CARE, "好的，下周五之前我更新完。", "scripts"),
        (CHAIR, "贺经理，两个新品牌的价格表三天内发给客服。", "pricelist"),
        (SHOP, "好，我三天内发过去。", "pricelist"),
        (CHAIR, "老罗，你们能不能顺便把四号仓也清一下？"),
        (STOCK, "这个月真的做不了，人手都在备货上。"),
        (CHAIR, "那四号仓就先不清了。"),
        (CHAIR, "预算这块我来跟财务谈，月底之前谈下来。", "budget"),
        (SHOP, "以后直播也可以多做做，看情况吧。"),
        (CHAIR, "直播以后再说。3月17号我们再对一次上新的进度。"),
    )


def _closing() -> tuple[Line, ...]:
    return _said(
        "feedback",
        (CHAIR, "总结一下：3月20号春季上新，统一用满减，打包改两班倒。", "launch discount shifts"),
        (CHAIR, "要表扬一下客服部，新同事带得很快，辛苦小雨了。", "praise"),
        (CARE, "谢谢岚姐。"),
        (SHOP, "我提个建议，数据表能不能会前一天先发给大家。", "suggest"),
        (STOCK, "今天的会效率挺高的，没有跑题。", "liked"),
        (CHAIR, "好，建议收到，大家还有别的事吗？"),
        (SHOP, "没有了。"),
        (CHAIR, "那今天就到这里，散会。"),
    )


def _actions(lines: tuple[Line, ...]) -> tuple[GoldAction, ...]:
    return tuple(
        GoldAction(task=task, owner=owner, due=due, due_phrase=phrase, evidence=evidence(lines, key))
        for key, task, owner, due, phrase in (
            ("roster", "发出打包两班倒的排班表", STOCK, date(2026, 3, 6), "这周五之前"),
            ("entrance", "把老入口加回首页并上线", SHOP, date(2026, 3, 12), "改成下周四"),
            ("studio", "联系外面的摄影工作室并答复", CARE, date(2026, 3, 4), "后天"),
            ("page", "做活动页面，给出初稿", SHOP, date(2026, 3, 16), "3月16号之前"),
            ("stocklist", "交备货清单", STOCK, date(2026, 3, 15), "月中之前"),
            ("scripts", "更新客服话术", CARE, date(2026, 3, 13), "下周五之前"),
            ("pricelist", "把两个新品牌的价格表发给客服", SHOP, date(2026, 3, 5), "三天内"),
            ("budget", "跟财务谈预算", CHAIR, date(2026, 3, 31), "月底之前"),
        )
    )


def _kpis(lines: tuple[Line, ...]) -> tuple[GoldKpi, ...]:
    return tuple(
        GoldKpi(
            metric=metric,
            value=value,
            period="上周",
            change=change,
            basis=basis,
            evidence=evidence(lines, key),
        )
        for key, metric, value, change, basis in (
            ("sales", "商城销售额", "320万元", "+8%", "环比"),
            ("conversion", "支付转化率", "3.2%", "-0.3个百分点", "环比"),
            ("members", "新增会员", "5600人", "+12%", "同比"),
            ("satisfaction", "客服满意度", "91%", None, "target"),
            ("shipping", "48小时发货率", "86%", None, "target"),
            ("returns", "退货率", "6.5%", None, None),
            ("benchmark", "行业平均退货率", "5%", None, "benchmark"),
        )
    )


def _gold(lines: tuple[Line, ...]) -> Gold:
    def proof(key: str) -> tuple[int, ...]:
        return evidence(lines, key)

    return Gold(
        sections=sections(lines),
        purpose="看上周的数据，解决发货慢的问题，定下春季上新的安排",
        decisions=(
            GoldDecision(text="从下周起打包改成两班倒", evidence=proof("shifts")),
            GoldDecision(text="春季上新3月20号上线", evidence=proof("launch")),
            GoldDecision(text="这次统一用满减，不做打折", evidence=proof("discount")),
        ),
        actions=_actions(lines),
        kpis=_kpis(lines),
        issues=(
            GoldIssue(
                problem="打包人手不够，发货慢，客户投诉增多",
                solution="打包改成两班倒，罗建国发排班表",
                evidence=proof("slow"),
            ),
            GoldIssue(
                problem="转化率下降，老用户找不到入口",
                solution="把老入口加回首页",
                evidence=proof("homepage"),
            ),
            GoldIssue(
                problem="春季上新的主图还缺十几张",
                solution="联系外面的摄影工作室",
                evidence=proof("pictures-late"),
            ),
        ),
        feedback=(
            GoldFeedback(kind="praise", text="表扬客服部，新同事带得很快", evidence=proof("praise")),
            GoldFeedback(kind="suggestion", text="数据表会前一天先发给大家", evidence=proof("suggest")),
            GoldFeedback(kind="feedback", text="今天的会效率高，没有跑题", evidence=proof("liked")),
        ),
        carry_over=(
            GoldCarryOver(id="p1", status="redated", new_due=date(2026, 3, 13), evidence=proof("p1")),
            GoldCarryOver(id="p2", status="done", evidence=proof("p2")),
            GoldCarryOver(id="p3", status="in_progress", evidence=proof("p3")),
        ),
    )
