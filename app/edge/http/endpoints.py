"""Every HTTP endpoint stands here once: the routes and the OpenAPI document are made from this table."""

from __future__ import annotations

from app.actions.grant_coins import GrantRequest
from app.actions.manage_room import NewRoom, RoomChange
from app.actions.operator.freeze_user import FreezeRequest, FreezeView
from app.actions.streamer.ask_payout import PayoutRequest
from app.actions.streamer.quote_payout import QuoteRequest
from app.actions.viewer.buy_coins import PurchaseRequest
from app.actions.viewer.promote_room import PromotionRequest
from app.actions.viewer.see_promoted import SeenBatch, Visit
from app.edge.http import (
    audit_log,
    boards,
    cases,
    checkout,
    demo,
    earnings,
    goals,
    guardians,
    health,
    ledger,
    moderation,
    ops,
    overlays,
    packages,
    payout_desk,
    payouts,
    people,
    promoted,
    promotions,
    purchases,
    room_gifts,
    rooms,
    shout_outs,
    spending,
    statements,
    switches,
    taxes,
    wallet,
    webhooks,
)
from app.edge.http.endpoint import Endpoint as Endpoint
from app.rules import messages
from app.rules.adjustments import Adjustment, AdjustmentList, AdjustmentRequest, Because
from app.rules.audit_log import AuditLog
from app.rules.barred import BanView, Revoked
from app.rules.boards import BoardChoice, Shown
from app.rules.demo_checkout import Payment
from app.rules.earnings import Earnings, EarningsDays, EarningsGifters, EarningsGifts
from app.rules.gifts import GiftSendStatus
from app.rules.goals import NewGoal, RoomGoal
from app.rules.ledger_audit import LedgerAudit
from app.rules.overlay_address import OverlayAddress
from app.rules.overlays import OverlayCommandRequest, OverlaySettings, OverlaySources, OverlayView
from app.rules.packages import Packages
from app.rules.payout_views import (
    OperatorPayoutList,
    OperatorPayoutView,
    PayoutList,
    PayoutStatement,
    PayoutView,
    QuoteView,
    TaxYear,
)
from app.rules.people_views import PersonDesk
from app.rules.promotion_packages import PromotionPackages
from app.rules.promotion_views import PromotionList, PromotionReport, PromotionView
from app.rules.purchase_views import CheckoutView, PaymentView, PurchaseList, PurchaseView, Received
from app.rules.receipts import Receipt
from app.rules.room_gifts import RoomGifts, ShoutOutView
from app.rules.shout_outs import ShoutOutSettings, ShoutOutsView, ThanksRequest
from app.rules.spending import LimitsChange
from app.rules.spending_report import SpendingReport
from app.rules.spending_views import LimitsView
from app.rules.statements import Statement
from app.rules.switches import Switch, SwitchList, SwitchRequest, WhatIsOff
from app.rules.tax_profiles import TaxProfileRequest, TaxProfileView

ENDPOINTS = (
    Endpoint("GET", "/livez", health.livez, "anyone", messages.Health),
    Endpoint("GET", "/readyz", health.readyz, "anyone", messages.Health),
    Endpoint("GET", "/v1/gifts", wallet.gifts, "anyone", messages.Gifts, query=("kind",)),
    Endpoint("GET", "/v1/packages", packages.packages, "anyone", Packages, query=("country", "channel")),
    Endpoint(
        "GET", "/v1/promotions/packages", promotions.promotion_packages, "anyone", PromotionPackages, query=("country",)
    ),
    Endpoint("GET", "/v1/switches", switches.what_is_off, "anyone", WhatIsOff),
    Endpoint("GET", "/v1/promotions/places", promoted.promoted_places, "anyone", promoted.PromotedPlaces),
    Endpoint(
        "POST",
        "/v1/promotions/impressions",
        promoted.count_impressions,
        "anyone",
        promoted.SeenResults,
        SeenBatch,
        202,
    ),
    Endpoint("POST", "/v1/promotions/visits", promoted.count_visit, "anyone", promoted.VisitResult, Visit, 202),
    Endpoint("GET", "/v1/rooms", rooms.rooms, "anyone", messages.RoomList, query=("limit", "cursor")),
    Endpoint("GET", "/v1/rooms/{id}", rooms.room, "anyone", messages.RoomView),
    Endpoint("GET", "/v1/rooms/{id}/gifts", room_gifts.room_gifts, "anyone", RoomGifts, query=("limit",)),
    Endpoint("POST", "/v1/rooms/{id}/thanks", room_gifts.create_thanks, "platform", ShoutOutView, ThanksRequest),
    Endpoint(
        "GET",
        "/v1/rooms/{id}/leaderboard",
        boards.leaderboard,
        "anyone",
        messages.RoomBoard,
        query=("period", "limit"),
    ),
    Endpoint("PUT", "/v1/rooms/{id}/leaderboard", boards.put_leaderboard, "platform", BoardChoice, BoardChoice),
    Endpoint(
        "GET",
        "/v1/streamers/{id}/leaderboard",
        boards.streamer_leaderboard,
        "anyone",
        messages.RoomBoard,
        query=("period", "by", "limit"),
    ),
    Endpoint("GET", "/v1/me/boards", boards.my_boards, "person", Shown),
    Endpoint("PUT", "/v1/me/boards", boards.put_my_boards, "person", Shown, Shown),
    Endpoint("GET", "/v1/rooms/{id}/goal", goals.room_goal, "anyone", RoomGoal),
    Endpoint("PUT", "/v1/rooms/{id}/goal", goals.put_room_goal, "platform", RoomGoal, NewGoal),
    Endpoint("DELETE", "/v1/rooms/{id}/goal", goals.delete_room_goal, "platform", RoomGoal),
    Endpoint("GET", "/v1/rooms/{id}/shout-outs", shout_outs.room_shout_outs, "platform", ShoutOutsView),
    Endpoint(
        "PUT", "/v1/rooms/{id}/shout-outs", shout_outs.put_room_shout_outs, "platform", ShoutOutsView, ShoutOutSettings
    ),
    *(
        Endpoint("POST", f"/v1/rooms/{{id}}/shout-outs/{{gift}}/{decision}", handler, "platform", None, ok=202)
        for decision, handler in shout_outs.DECISIONS.items()
    ),
    Endpoint("GET", "/v1/rooms/{id}/shout-outs/{gift}/audio", shout_outs.shout_out_audio, "platform", None),
    Endpoint("GET", "/v1/rooms/{id}/overlay", overlays.room_overlay, "platform", OverlayView),
    Endpoint("PUT", "/v1/rooms/{id}/overlay", overlays.put_room_overlay, "platform", OverlayView, OverlaySettings),
    Endpoint(
        "POST",
        "/v1/rooms/{id}/overlay/commands",
        overlays.command_room_overlay,
        "platform",
        None,
        OverlayCommandRequest,
        202,
    ),
    Endpoint("GET", "/v1/rooms/{id}/overlay/address", overlays.room_overlay_address, "platform", OverlayAddress),
    Endpoint("POST", "/v1/rooms/{id}/overlay/rotate", overlays.rotate_room_overlay, "platform", OverlayAddress),
    Endpoint("GET", "/v1/rooms/{id}/overlay/sources", overlays.room_overlay_sources, "platform", OverlaySources),
    Endpoint("POST", "/v1/demo/login", demo.demo_login, "anyone", messages.Login, demo.DemoLogin, demo=True),
    Endpoint("GET", "/v1/me/wallet", wallet.my_wallet, "person", messages.WalletView),
    Endpoint(
        "POST",
        "/v1/me/purchases",
        purchases.create_purchase,
        "person",
        PurchaseView,
        PurchaseRequest,
        201,
        idempotent=True,
    ),
    Endpoint("GET", "/v1/me/purchases", purchases.my_purchases, "person", PurchaseList, query=("limit", "cursor")),
    Endpoint("GET", "/v1/me/purchases/{id}", purchases.my_purchase, "person", PurchaseView),
    Endpoint("GET", "/v1/me/purchases/{id}/receipt", purchases.my_receipt, "person", Receipt),
    Endpoint(
        "POST",
        "/v1/me/purchases/{id}/withdraw",
        purchases.withdraw_my_purchase,
        "person",
        PurchaseView,
        idempotent=True,
    ),
    Endpoint("POST", "/v1/me/purchases/{id}/recognise", purchases.recognise_my_purchase, "person", PurchaseView),
    Endpoint(
        "GET",
        "/v1/me/statement",
        statements.my_statement,
        "person",
        Statement,
        query=("limit", "cursor", "kind", "format"),
    ),
    Endpoint("GET", "/v1/me/limits", spending.my_limits, "person", LimitsView),
    Endpoint("PUT", "/v1/me/limits", spending.put_my_limits, "person", LimitsView, LimitsChange),
    Endpoint(
        "POST", "/v1/me/cool-off", spending.create_my_cool_off, "person", LimitsView, spending.CoolOffRequest, 201
    ),
    Endpoint("GET", "/v1/me/spending", spending.my_spending, "person", SpendingReport, query=("from", "to", "by")),
    Endpoint("GET", "/v1/users/{id}/limits", spending.user_limits, "platform", LimitsView),
    Endpoint("PUT", "/v1/users/{id}/limits", spending.put_user_limits, "platform", LimitsView, LimitsChange),
    Endpoint(
        "POST",
        "/v1/users/{id}/cool-off",
        spending.create_user_cool_off,
        "platform",
        LimitsView,
        spending.CoolOffRequest,
        201,
    ),
    Endpoint(
        "GET",
        "/v1/users/{id}/spending",
        spending.user_spending,
        "platform",
        SpendingReport,
        query=("from", "to", "by"),
    ),
    Endpoint("GET", "/v1/users/{id}/wallet", wallet.user_wallet, "platform", messages.WalletView),
    Endpoint(
        "GET",
        "/v1/users/{id}/statement",
        statements.user_statement,
        "platform",
        Statement,
        query=("limit", "cursor", "kind", "format"),
    ),
    Endpoint("POST", "/v1/webhooks/{provider}", webhooks.webhook, "anyone", Received),
    Endpoint("GET", "/v1/demo/checkouts/{session}", checkout.demo_checkout, "anyone", CheckoutView, demo=True),
    Endpoint(
        "POST", "/v1/demo/checkouts/{session}", checkout.pay_demo_checkout, "anyone", PaymentView, Payment, demo=True
    ),
    Endpoint(
        "GET",
        "/v1/users/{id}/purchases",
        purchases.user_purchases,
        "platform",
        PurchaseList,
        query=("limit", "cursor"),
    ),
    Endpoint(
        "POST",
        "/v1/me/promotions",
        promotions.create_promotion,
        "person",
        PromotionView,
        PromotionRequest,
        201,
        idempotent=True,
    ),
    Endpoint("GET", "/v1/me/promotions", promotions.my_promotions, "person", PromotionList, query=("limit", "cursor")),
    Endpoint("GET", "/v1/me/promotions/{id}", promotions.my_promotion, "person", PromotionReport),
    Endpoint("GET", "/v1/me/earnings", earnings.my_earnings, "person", Earnings),
    Endpoint("GET", "/v1/me/earnings/days", earnings.my_earnings_days, "person", EarningsDays, query=("from", "to")),
    Endpoint(
        "GET",
        "/v1/me/earnings/gifters",
        earnings.my_earnings_gifters,
        "person",
        EarningsGifters,
        query=("period", "limit"),
    ),
    Endpoint(
        "GET", "/v1/me/earnings/gifts", earnings.my_earnings_gifts, "person", EarningsGifts, query=("period", "limit")
    ),
    Endpoint("GET", "/v1/users/{id}/earnings", earnings.user_earnings, "platform", Earnings),
    Endpoint("PUT", "/v1/me/tax-profile", taxes.put_my_tax_profile, "person", TaxProfileView, TaxProfileRequest),
    Endpoint("GET", "/v1/me/tax-profile", taxes.my_tax_profile, "person", TaxProfileView),
    Endpoint("GET", "/v1/me/tax/{year}", taxes.my_tax_year, "person", TaxYear, query=("format",)),
    Endpoint("POST", "/v1/me/payouts/quote", payouts.quote_my_payout, "person", QuoteView, QuoteRequest),
    Endpoint(
        "POST", "/v1/me/payouts", payouts.create_payout, "person", PayoutView, PayoutRequest, 201, idempotent=True
    ),
    Endpoint("GET", "/v1/me/payouts", payouts.my_payouts, "person", PayoutList, query=("limit", "cursor")),
    Endpoint("GET", "/v1/me/payouts/{id}", payouts.my_payout, "person", PayoutView),
    Endpoint("DELETE", "/v1/me/payouts/{id}", payouts.cancel_my_payout, "person", PayoutView),
    Endpoint(
        "GET",
        "/v1/me/payouts/{id}/statement",
        payouts.my_payout_statement,
        "person",
        PayoutStatement,
        query=("format",),
    ),
    Endpoint("GET", "/v1/users/{id}/payouts", payouts.user_payouts, "platform", PayoutList, query=("limit", "cursor")),
    Endpoint(
        "GET",
        "/v1/ops/payouts",
        payout_desk.all_payouts,
        "platform",
        OperatorPayoutList,
        query=("status", "limit", "cursor"),
    ),
    Endpoint(
        "POST",
        "/v1/ops/payouts/{id}/approve",
        payout_desk.approve_payout,
        "platform",
        OperatorPayoutView,
        Because,
        may_have_key=True,
    ),
    Endpoint(
        "POST",
        "/v1/ops/payouts/{id}/reject",
        payout_desk.reject_payout,
        "platform",
        OperatorPayoutView,
        Because,
        may_have_key=True,
    ),
    Endpoint("GET", "/v1/gift-sends/{id}", wallet.my_gift_send, "person", GiftSendStatus),
    Endpoint("POST", "/v1/rooms", rooms.create_room, "platform", messages.RoomView, NewRoom, 201),
    Endpoint("PATCH", "/v1/rooms/{id}", rooms.patch_room, "platform", messages.RoomView, RoomChange),
    Endpoint("DELETE", "/v1/rooms/{id}", rooms.end_room, "platform", messages.RoomView),
    *moderation.ENDPOINTS,
    Endpoint(
        "POST",
        "/v1/grants",
        wallet.create_grant,
        "platform",
        messages.GrantView,
        GrantRequest,
        idempotent=True,
    ),
    Endpoint("PUT", "/v1/users/{id}/ban", people.ban_user, "platform", BanView, Because),
    Endpoint("DELETE", "/v1/users/{id}/ban", people.unban_user, "platform", BanView, query=("reason",)),
    Endpoint("DELETE", "/v1/users/{id}/tokens", people.revoke_tokens, "platform", Revoked, query=("reason",)),
    Endpoint("DELETE", "/v1/users/{id}/tokens/{token}", people.revoke_token, "platform", Revoked, query=("reason",)),
    Endpoint("GET", "/v1/ledger/audit", ledger.ledger_audit, "platform", LedgerAudit),
    Endpoint(
        "POST", "/v1/ops/freezes", ops.create_freeze, "platform", FreezeView, FreezeRequest, 201, may_have_key=True
    ),
    Endpoint("DELETE", "/v1/ops/freezes/{user}", ops.end_freeze, "platform", FreezeView, Because, may_have_key=True),
    Endpoint(
        "POST",
        "/v1/ops/adjustments",
        ops.create_adjustment,
        "platform",
        Adjustment,
        AdjustmentRequest,
        201,
        idempotent=True,
    ),
    Endpoint(
        "GET",
        "/v1/ops/adjustments",
        ops.list_adjustments,
        "platform",
        AdjustmentList,
        query=("status", "limit", "cursor"),
    ),
    Endpoint(
        "POST", "/v1/ops/adjustments/{id}/approve", ops.approve_waiting, "platform", Adjustment, may_have_key=True
    ),
    Endpoint(
        "POST",
        "/v1/ops/adjustments/{id}/reject",
        ops.reject_waiting,
        "platform",
        Adjustment,
        Because,
        may_have_key=True,
    ),
    Endpoint("GET", "/v1/ops/people/{id}", ops.person, "platform", PersonDesk),
    Endpoint("POST", "/v1/ops/rooms/{id}/end", ops.end_any_room, "platform", messages.RoomView, Because),
    Endpoint("GET", "/v1/ops/switches", switches.switches, "platform", SwitchList),
    Endpoint("PUT", "/v1/ops/switches/{name}", switches.put_switch, "platform", Switch, SwitchRequest),
    Endpoint("PUT", "/v1/ops/gifts/{gift}", switches.put_gift, "platform", Switch, SwitchRequest),
    Endpoint(
        "GET",
        "/v1/ops/audit-log",
        audit_log.audit_log,
        "platform",
        AuditLog,
        query=("who", "what", "whom", "from", "to", "limit", "cursor"),
    ),
    Endpoint("POST", "/v1/ops/purchases/{id}/refund", ops.refund, "platform", PurchaseView, Because, may_have_key=True),
    *guardians.ENDPOINTS,
    *cases.ENDPOINTS,
)
