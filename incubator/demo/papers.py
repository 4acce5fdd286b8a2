"""The papers of the story, drawn as sheets: invoices, slips, licences, contracts, pledges, letters of the authority."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from incubator.core.money import amount_in_words, yuan
from incubator.demo.costs import Bill, uscc_of
from incubator.demo.numbers import digits
from incubator.demo.organisations import Home, House
from incubator.demo.sheets import FAINT, RED, Sheet, letter
from incubator.demo.startups import LINE_SELLER, SOFTWARE_SELLER, Tenant

AUTHORITY = "长春净月高新区人力资源和社会保障局（示例）"


def cn(day: date) -> str:
    """2026年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def invoice(bill: Bill) -> Sheet:
    """A fully digital invoice (数电票)."""
    sheet = Sheet(f"发票 {bill.number}", 210, 140)
    sheet.write(105, 17, "电子发票（普通发票）", 18, align="centre", colour=RED)
    sheet.rule(70, 20, 140, 20, colour=RED)
    sheet.rule(70, 21, 140, 21, colour=RED)
    sheet.write(140, 28, f"发票号码：{bill.number}", 9)
    sheet.write(140, 34, f"开票日期：{cn(bill.issued_on)}", 9)
    sheet.frame(12, 39, 186, 84, colour=RED)
    sheet.rule(105, 39, 105, 58, colour=RED)
    for left, title, name, code in (
        (14, "购买方", bill.buyer, bill.buyer_uscc),
        (107, "销售方", bill.seller, bill.seller_uscc),
    ):
        sheet.write(left, 45, f"{title}　名称：{name}", 9)
        sheet.write(left, 53, f"统一社会信用代码：{code}", 9)
    for y in (58, 66, 92, 100, 110):
        sheet.rule(12, y, 198, y, colour=RED)
    _invoice_row(sheet, 63.5, ("项目名称", "数量", "单价", "金额", "税额"), colour=RED)
    net = bill.amount - bill.tax
    _invoice_row(sheet, 72.5, (bill.item, "1", yuan(net), yuan(net), yuan(bill.tax)))
    _invoice_row(sheet, 97.5, ("合　　计", "", "", f"¥{yuan(net)}", f"¥{yuan(bill.tax)}"))
    sheet.write(14, 107, f"价税合计（大写）　{amount_in_words(bill.amount)}", 10)
    sheet.write(194, 107, f"（小写）¥{yuan(bill.amount)}", 10, align="right")
    sheet.write(14, 117, f"备注：所属期 {bill.span}{'　房号 ' + bill.room if bill.room else ''}", 9)
    sheet.write(14, 129, "开票人：系统", 9, colour=FAINT)
    return sheet


def _invoice_row(sheet: Sheet, y: float, cells: Sequence[str], **options: object) -> None:
    name, *figures = cells
    sheet.write(14, y, name, 9, **options)  # type: ignore[arg-type]
    for x, text in zip((108, 135, 166, 194), figures, strict=True):
        sheet.write(x, y, text, 9, align="right", **options)  # type: ignore[arg-type]


def slip(bill: Bill) -> Sheet:
    """A bank's slip for the transfer."""
    sheet = Sheet(f"回单 {bill.reference}", 210, 105)
    sheet.write(105, 16, f"{bill.bank}　网上银行电子回单", 15, align="centre")
    sheet.write(196, 24, f"回单编号：{bill.reference}", 9, align="right", colour=FAINT)
    sheet.frame(12, 28, 186, 58)
    rows = (
        ("付款人户名", bill.buyer), ("付款人账号", bill.payer_account), ("收款人户名", bill.seller),
        ("金额（小写）", f"¥{yuan(bill.amount)}"), ("金额（大写）", amount_in_words(bill.amount)),
        ("交易日期", cn(bill.paid_on)), ("摘要", f"{bill.span} {bill.item.split('*')[-1]} 发票 {bill.number}"),
    )  # fmt: skip
    sheet.fields(18, 36, rows, step=7.6)
    sheet.write(12, 94, "本回单为电子回单，重复打印无效；加盖电子印章处（略）。", 8.5, colour=FAINT)
    return sheet


def licence(name: str, uscc: str, kind: str, person: str, address: str, since: date, business: str) -> Sheet:
    """A business licence."""
    sheet = Sheet(f"营业执照 {name}", 297, 210)
    sheet.frame(12, 12, 273, 186, colour=RED)
    sheet.frame(15, 15, 267, 180, colour=RED)
    sheet.write(148.5, 52, "营　业　执　照", 34, align="centre")
    sheet.write(32, 70, f"统一社会信用代码　{uscc}", 12)
    rows = (
        ("名　　称", name), ("类　　型", kind), ("法定代表人", person), ("住　　所", address),
        ("成立日期", cn(since)), ("经营范围", business),
    )  # fmt: skip
    sheet.fields(45, 92, rows, step=13, gap=40)
    sheet.write(262, 182, "登记机关（示例）", 12, align="right")
    return sheet


def tenant_licence(tenant: Tenant, address: str, since: date) -> Sheet:
    kind = "个体工商户" if tenant.kind == "individual_business" else "有限责任公司（自然人投资或控股）"
    business = f"{tenant.industry}；技术开发、技术服务、技术咨询。"
    return licence(tenant.name, uscc_of(tenant), kind, tenant.founder.name, address, since, business)


def lease(tenant: Tenant, house: House, home: Home, first: date, last: date) -> Sheet:
    """The lease between the operator and a startup, with the owner's consent."""
    return letter(
        "房屋租赁合同",
        (
            f"出租方（甲方）：{house.name}，统一社会信用代码 {house.uscc}。",
            f"承租方（乙方）：{tenant.name}，统一社会信用代码 {uscc_of(tenant)}。",
            f"一、甲方将位于{home.address}的{home.name} {tenant.room} 室出租给乙方使用，建筑面积 {tenant.area} 平方米。",
            f"二、租赁期自{cn(first)}起至{cn(last)}止。",
            f"三、租金为每平方米每月 {tenant.unit_rent} 元（含税），按月支付，甲方于收款前开具发票。",
            "四、产权人已书面同意甲方将上述房屋转租给入驻企业，同意书作为本合同附件。",
            "五、本合同一式两份，双方签字盖章后生效。",
        ),
        signer=f"{house.name}　　{tenant.name}",
        day=cn(first),
    )


def agreement(tenant: Tenant, house: House, first: date, last: date) -> Sheet:
    """The incubation agreement."""
    return letter(
        "孵化服务协议",
        (
            f"甲方：{house.name}。乙方：{tenant.name}。",
            f"一、甲方接纳乙方为在孵企业，孵化期自{cn(first)}起至{cn(last)}止。",
            "二、甲方提供场地、创业辅导、政策申报、投融资对接等服务，乙方按规定报送经营情况。",
            "三、孵化期满或达到毕业条件的，双方办理毕业或者退出手续。",
        ),
        signer=f"{house.name}　　{tenant.name}",
        day=cn(first),
    )


def pledge(name: str, person: str, day: date) -> Sheet:
    """The signed pledge."""
    return letter(
        "真实性承诺书",
        (
            f"{name}郑重承诺：所填内容及所附材料真实、合法、有效，同一支出未重复申领其他财政资金。",
            "补贴资金专款专用；如有虚报、冒领，愿退回全部补贴资金，并承担相应法律责任，接受信用惩戒。",
            f"负责人（签字）：{person}（示例签名）",
        ),
        signer=name,
        day=cn(day),
    )


def line_contract(name: str, address: str, fee: Decimal, day: date) -> Sheet:
    """The contract for a broadband line."""
    return letter(
        "互联网专线开通合同",
        (
            f"用户：{name}。服务方：{LINE_SELLER}。",
            f"一、服务方在{address}为用户开通互联网专线，账号 ZX{digits(name, 8)}。",
            f"二、每月使用费 {fee} 元（含税），开通日期{cn(day)}。",
        ),
        number=f"合同编号 ZX-{digits(name, 8)}",
        signer=LINE_SELLER,
        day=cn(day),
    )


def software_licence(name: str, product: str, day: date) -> Sheet:
    """The right to use a software."""
    return letter(
        "软件使用许可证明",
        (
            f"{SOFTWARE_SELLER}许可{name}使用“{product}”，使用期间自{cn(day)}起，按季度续费。",
            f"许可序列号 {digits(product + name, 12)}，不得转让。",
        ),
        number=f"许可编号 RJ-{digits(product + name, 8)}",
        signer=SOFTWARE_SELLER,
        day=cn(day),
    )


def category_proof(person: str, category: str, number: str, day: date) -> Sheet:
    """The proof of a founder's category."""
    return letter(
        "就业创业证（摘页）",
        (f"持证人：{person}。人员类别：{category}。", f"证书编号：{number}。", "本页为示例，不是任何机关核发的证件。"),
        signer="发证机关（示例）",
        day=cn(day),
    )


def head_lease(house: House, home: Home, first: date, last: date) -> Sheet:
    """The lease by which the operator rents a whole site."""
    landlord = home.landlord
    if landlord is None:
        raise ValueError(f"{home.name} has no landlord")
    return letter(
        "房屋租赁合同（整栋）",
        (
            f"出租方：{landlord.name}。承租方：{house.name}。",
            f"一、出租方将{home.address}整栋出租，建筑面积 {landlord.area} 平方米，用于举办众创空间，并同意转租给入驻企业。",
            f"二、租赁期自{cn(first)}起至{cn(last)}止，租金每平方米每月 {landlord.unit_rent} 元（含税），按月支付。",
        ),
        signer=f"{landlord.name}　　{house.name}",
        day=cn(first),
    )


def title_deed(home: Home, owner: str, day: date) -> Sheet:
    """The title of the building."""
    return letter(
        "不动产权证书（摘页）",
        (f"权利人：{owner}。", f"坐落：{home.address}。建筑面积 {home.gross_area} 平方米。用途：办公。"),
        number=f"吉（示例）长春市不动产权第 {digits(home.name, 7)} 号",
        signer="登记机构（示例）",
        day=cn(day),
    )


def relief_statement(home: Home, rows: Sequence[dict[str, str]], day: date) -> Sheet:
    """What the tenants of a site confirm: they paid less than the published rent."""
    sheet = Sheet("惠及入驻企业确认表")
    sheet.write(105, 36, "惠及入驻企业确认表", 20, align="centre")
    sheet.write(
        105, 47, f"{home.name}　公布标准租金每平方米每月 {home.standard_rent} 元", 10.5, align="centre", colour=FAINT
    )
    heads, places = ("企业", "月份", "标准租金", "实收租金", "减免"), (20, 96, 138, 164, 190)
    for x, head in zip(places, heads, strict=True):
        sheet.write(x, 62, head, 10, align="left" if x < 100 else "right", colour=FAINT)
    sheet.rule(18, 65, 192, 65)
    for place, row in enumerate(rows):
        cells = (
            row["startup"],
            row["month"],
            yuan(Decimal(row["standard"])),
            yuan(Decimal(row["charged"])),
            yuan(Decimal(row["relief"])),
        )
        for x, cell in zip(places, cells, strict=True):
            sheet.write(x, 73 + place * 8, cell, 10, align="left" if x < 100 else "right")
    sheet.write(192, 250, f"各企业经办人已逐户签字确认（示例签名）　{cn(day)}", 10.5, align="right")
    return sheet


def receipt_letter(number: str, total: Decimal, day: date) -> Sheet:
    """The authority took the claim in."""
    return letter(
        "受理通知书",
        (f"你单位报送的《补贴资金申请表》（{number}）收悉，申报金额 {yuan(total)} 元，材料齐全，予以受理。",),
        number=f"净高人社受〔{day.year}〕{digits(number, 2)}号（示例）",
        signer=AUTHORITY,
        day=cn(day),
    )


def reply_letter(number: str, rows: Sequence[tuple[str, Decimal, Decimal, str]], day: date) -> Sheet:
    """The authority's decision, line by line."""
    total = sum((decided for _name, _asked, decided, _words in rows), Decimal("0.00"))
    lines = [
        f"{place}、{name}：申报 {yuan(asked)} 元，核定 {yuan(decided)} 元。{words}"
        for place, (name, asked, decided, words) in enumerate(rows, 1)
    ]
    closing = f"以上合计核定 {yuan(total)} 元（大写：{amount_in_words(total)}）。请按规定公示。"
    return letter(
        "关于补贴资金申请的批复",
        (f"对你单位《补贴资金申请表》（{number}）批复如下：", *lines, closing),
        number=reply_number(number, day),
        signer=AUTHORITY,
        day=cn(day),
    )


def reply_number(number: str, day: date) -> str:
    return f"净高人社复〔{day.year}〕{int(digits(number, 2)) + 1}号（示例）"


def signed_copy(printed: bytes) -> bytes:
    """What comes back from the scanner after signing: the pages of our own PDF without anything attached."""
    import pikepdf

    scan, body = pikepdf.new(), io.BytesIO()
    with pikepdf.open(io.BytesIO(printed)) as source:
        scan.pages.extend(source.pages)
        scan.save(body, deterministic_id=True)
    return body.getvalue()
