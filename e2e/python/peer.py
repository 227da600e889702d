"""Speaks to the practice platform as an independent program: the public Python client `tiktok-shop-api`.

Takes the line that `amends sandbox` prints as its only argument. Prints one line for each call, `ok NAME` or
`not ok NAME -- WHY`, and ends with `N passed, M failed`.
"""

from __future__ import annotations

import datetime
import json
import struct
import sys
import threading
import time
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

from tiktok_shop_api import TikTokShop, TikTokShopAuth, TikTokShopError, Webhooks
from tiktok_shop_api.generated import models
from tiktok_shop_api.generated.types import File

WEBHOOKS = {
    "ORDER_STATUS_CHANGE": models.OrderStatusChangeWebhook,
    "CANCELLATION_STATUS_CHANGE": models.CancellationStatusChangeWebhook,
    "RETURN_STATUS_CHANGE": models.ReturnStatusChangeWebhook,
    "NEW_MESSAGE": models.NewMessageWebhook,
    "NEW_CONVERSATION": models.NewConversationWebhook,
}
# Their names for the configuration are not documented: they come to the app's own address.
ANNOUNCED = {
    "AFTERSALES_REQUEST_STATUS_UPDATE": models.AftersalesRequestStatusUpdateWebhook,
    "RMA_STATUS_UPDATE": models.RMAStatusUpdateWebhook,
    "REFUND_SUCCESS": models.RefundSuccessWebhook,
}
WAIT_S = 30


class Tally:
    """Counts, and says each result at once."""

    def __init__(self) -> None:
        self.passed = self.failed = 0

    def check(self, name: str, call: Callable[[], Any]) -> Any:
        """Makes a call: anything raised, and nothing found, is a failure."""
        try:
            found = call()
            if not found:
                raise AssertionError("nothing came back")
        except (TikTokShopError, AssertionError, LookupError, ValueError) as fault:
            self.failed += 1
            code = f"code {fault.code}, " if isinstance(fault, TikTokShopError) else ""
            print(f"not ok {name} -- {code}{' '.join(str(fault).split())}", flush=True)
            return None
        self.passed += 1
        print(f"ok {name}", flush=True)
        return found


def answer(response: Any) -> dict[str, Any]:
    """The whole envelope: the client has checked that its code is 0 and that it fits its model."""
    envelope = response.to_dict()
    assert envelope["code"] == 0, envelope
    assert envelope.get("request_id"), "no request id"
    return envelope


def data(response: Any) -> dict[str, Any]:
    return answer(response).get("data") or {}


def picture(side: int = 64) -> bytes:
    """A small PNG, drawn here."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = b"".join(b"\0" + bytes((x * 4 % 256, y * 4 % 256, 128)[i] for x in range(side) for i in range(3)) for y in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def file() -> File:
    return File(payload=BytesIO(picture()), file_name="proof.png", mime_type="image/png")


class Receiver:
    """Takes webhooks in, as a shop's own server would."""

    def __init__(self) -> None:
        self.received: list[tuple[bytes, str]] = []
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", "0")))
                received.append((body, self.headers.get("authorization", "")))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            # Many come at once.
            request_queue_size = 128

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/webhooks"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Shop:
    """One shop and what is open in it."""

    def __init__(self, client: TikTokShop, region: str) -> None:
        self.client, self.region = client, region
        self.cancellations = [case for case in self.pages("cancellations", models.SearchCancellationsRequest())]
        self.returns = [case for case in self.pages("return_orders", models.SearchReturnsRequest())]

    def pages(self, key: str, body: Any) -> Iterator[dict[str, Any]]:
        call, is_return = self.client.return_and_refund, key == "return_orders"
        search = call.search_returns if is_return else call.search_cancellations
        field = models.SearchReturnsSortField if is_return else models.SearchCancellationsSortField
        order = models.SearchReturnsSortOrder if is_return else models.SearchCancellationsSortOrder
        sorting = {"sort_field": field("create_time"), "sort_order": order("ASC")}
        token: str | None = None
        while token != "":
            more = {} if token is None else {"page_token": token}
            page = data(search(body=body, page_size="50", **sorting, **more))
            yield from page.get(key) or []
            token = page.get("next_page_token", "")


def asked(case: dict[str, Any]) -> set[str]:
    return {action["action"] for action in case.get("seller_next_action_response") or []}


class Peer:
    def __init__(self, described: dict[str, Any]) -> None:
        self.described = described
        self.tally = Tally()
        self.check = self.tally.check
        self.shops: list[Shop] = []
        self.used: set[str] = set()
        self.images: list[dict[str, str]] = []

    def client(self, token: str | None = None, cipher: str | None = None) -> TikTokShop:
        described = self.described
        return TikTokShop(described["app_key"], described["app_secret"], token, cipher, base_url=described["url"])

    def tokens(self) -> None:
        described, check = self.described, self.check
        auth = TikTokShopAuth(described["app_key"], described["app_secret"], base_url=described["auth_url"])
        first = described["shops"][0]
        tokens = check("tokens: exchange a code", lambda: auth.exchange_code(first["auth_code"]))
        if tokens:
            assert tokens.access_token_expire_in > time.time(), "the token has expired already"
            tokens = check("tokens: refresh", lambda: auth.refresh(tokens.refresh_token))
        if tokens:
            first["access_token"] = tokens.access_token

    def authorization(self) -> None:
        for shop in self.described["shops"]:
            client = self.client(shop["access_token"])
            name = f"authorization: shops of {shop['region']}"
            found = self.check(name, lambda: data(client.authorization.get_authorized_shops())["shops"])
            self.check(f"seller: shops of {shop['region']}", lambda: data(client.seller.get_active_shops())["shops"])
            own = next((each for each in found or [] if each["id"] == shop["shop_id"]), None)
            if not own:
                continue
            opened = self.check(
                f"cancellations and returns: all pages of {shop['region']}",
                lambda: Shop(client.with_shop(shop_cipher=own["cipher"]), shop["region"]),
            )
            if opened:
                self.shops.append(opened)

    def orders(self) -> None:
        check, shop = self.check, self.shops[0]
        orders = shop.client.orders
        first = check("orders: first page", lambda: data(orders.get_order_list(page_size=20)))
        token = (first or {}).get("next_page_token")
        check("orders: next page", lambda: data(orders.get_order_list(page_size=20, page_token=token))["orders"])
        wish = models.GetOrderListRequest.from_dict({"order_status": "DELIVERED", "create_time_ge": 1})
        check("orders: delivered ones", lambda: data(orders.get_order_list(body=wish, page_size=5))["orders"])
        some = [order["id"] for order in (first or {}).get("orders", [])[:2]]
        check("orders: detail of two", lambda: len(data(orders.get_order_detail(ids=some))["orders"]) == len(some) == 2)
        sent = [case["order_id"] for case in shop.returns]
        check("tracking", lambda: data(shop.client.fulfillment.get_order_tracking(sent[0]))["tracking"])

    def control(self, path: str, body: dict[str, Any]) -> None:
        """What is done in Partner Center, or by time."""
        request = urllib.request.Request(
            f"{self.described['url']}/_sandbox/{path}", json.dumps(body).encode(), {"content-type": "application/json"}
        )
        urllib.request.urlopen(request).close()

    def webhooks(self, receiver: Receiver) -> None:
        self.control("app", {"webhook_url": receiver.url})
        for shop in self.shops:
            event = shop.client.event
            for kind in WEBHOOKS:
                body = models.UpdateShopWebhookRequest.from_dict({"address": receiver.url, "event_type": kind})
                self.check(f"webhooks: set {kind} of {shop.region}", lambda: answer(event.update_shop_webhook(body=body)))
            set_up = self.check(f"webhooks: list of {shop.region}", lambda: data(event.get_shop_webhooks())["webhooks"])
            self.check("webhooks: all are listed", lambda: {each["event_type"] for each in set_up or []} >= set(WEBHOOKS))

    def uploads(self) -> None:
        client = self.shops[0].client
        body = lambda: models.UploadProductImageRequest(data=file())  # noqa: E731
        found = self.check("image upload: proof", lambda: data(client.products.upload_product_image(body=body())))
        if found:
            self.images = [{"image_id": found["uri"], "mime_type": "image/png"}]

    def take(self, key: str, fits: Callable[[Shop, dict[str, Any]], bool]) -> tuple[Shop, dict[str, Any]]:
        """A case that nothing has been done with yet."""
        for shop in self.shops:
            for case in shop.returns if key == "return_id" else shop.cancellations:
                if case[key] not in self.used and fits(shop, case):
                    self.used.add(case[key])
                    return shop, case
        raise LookupError("the world has no such case")

    def reason(self, shop: Shop, case_id: str) -> str:
        reasons = data(shop.client.return_and_refund.get_reject_reasons(return_or_cancel_id=case_id, locale="en-US"))["reasons"]
        return reasons[0]["name"]

    def cancellations(self) -> None:
        pending = lambda shop, case: asked(case) == {"SELLER_RESPOND_BUYER_CANCEL"}  # noqa: E731

        def approve() -> Any:
            shop, case = self.take("cancel_id", pending)
            call = shop.client.return_and_refund
            first = answer(call.approve_cancellation(case["cancel_id"], idempotency_key="peer-cancel-1"))
            answer(call.approve_cancellation(case["cancel_id"], idempotency_key="peer-cancel-1"))
            body = models.SearchCancellationsRequest.from_dict({"cancel_ids": [case["cancel_id"]]})
            now = data(call.search_cancellations(body=body))["cancellations"][0]
            assert now["cancel_status"] == "CANCELLATION_REQUEST_SUCCESS", now["cancel_status"]
            return first

        def reject() -> Any:
            shop, case = self.take("cancel_id", lambda shop, case: pending(shop, case) and shop.region != "US")
            body = models.RejectCancellationRequest.from_dict(
                {"reject_reason": self.reason(shop, case["cancel_id"]), "comment": "Handed over already", "images": self.images}
            )
            return answer(shop.client.return_and_refund.reject_cancellation(case["cancel_id"], body=body, idempotency_key="peer-cancel-2"))

        self.check("cancellations: approve, twice with one key", approve)
        self.check("cancellations: reject with proof", reject)

    def eligibility(self) -> None:
        def decision() -> Any:
            shop, case = next((shop, case) for shop in self.shops for case in shop.returns if asked(case))
            wanted = ["APPROVE_REFUND", "APPROVE_RETURN", "REJECT_REFUND", "REJECT_RETURN", "APPROVE_RECEIVED_PACKAGE"]
            kind = models.GetDecisionEligibilityCheckDecisionsItem
            call = shop.client.return_and_refund.get_decision_eligibility
            return data(call(return_or_cancel_id=case["return_id"], check_decisions=[kind(name) for name in wanted], locale="en-US"))

        def review() -> Any:
            shop, case = next((shop, case) for shop in self.shops for case in shop.returns if asked(case))
            call = shop.client.return_and_refund.get_available_review_decisions
            return data(call(seller_id=7495, return_or_cancel_id=case["return_id"]))

        def aftersale() -> Any:
            shop = self.shops[0]
            call = shop.client.return_and_refund.get_aftersale_eligibility
            return data(call(shop.returns[0]["order_id"], initiate_aftersale_user=models.GetAftersaleEligibilityInitiateAftersaleUser("SELLER")))["sku_eligibility"]

        def calculate() -> Any:
            shop, case = next((shop, case) for shop in self.shops for case in shop.returns if asked(case))
            body = {"order_id": case["order_id"], "request_type": case["return_type"], "reason_name": case["return_reason"]}
            if body["request_type"] not in {"REFUND", "RETURN_AND_REFUND"}:
                body["request_type"] = "RETURN_AND_REFUND"
            request = models.CalculateRefundRequest.from_dict(body)
            return data(shop.client.return_and_refund.calculate_refund(body=request))["order_refund_amount"]

        def records() -> Any:
            shop = self.shops[0]
            return data(shop.client.return_and_refund.get_return_records(shop.returns[0]["return_id"], locale="en-US"))["records"]

        self.check("decision eligibility", decision)
        self.check("review decisions", review)
        self.check("aftersale eligibility", aftersale)
        self.check("calculate a refund", calculate)
        self.check("return records", records)
        self.check("aftersales requests: all fields, no filter", lambda: self.requests(self.shops[0], {})[0]["sku_return_requests"])
        self.check("parcels that come back: no filter", lambda: self.parcels(self.shops[0], {})[0]["line_items"])

    def requests(self, shop: Shop, filters: dict[str, Any]) -> list[dict[str, Any]]:
        body = {
            "whitelisted_data_fields": ["LINE_ITEMS", "SKU_RETURN_REQUESTS", "RETURN_MERCHANDISE_AUTHORIZATIONS"],
            "filters": {**filters, "time": {"update_time": {"min_unix_time_inclusive": 1}}},
            "sort": {"sort_field": "UPDATE_TIME", "sort_order": "DESC"},
            "pagination": {"page_size": 100},
        }
        wish = models.SearchAftersalesRequestsRequest.from_dict(body)
        found = data(shop.client.return_and_refund.search_aftersales_requests(body=wish))
        return found.get("aftersales_requests") or []

    def parcels(self, shop: Shop, filters: dict[str, Any]) -> list[dict[str, Any]]:
        body = {
            "whitelisted_data_fields": ["LINE_ITEMS", "SKU_RETURN_REQUESTS"],
            "filters": filters,
            "sort": {"sort_field": "CREATE_TIME", "sort_order": "ASC"},
            "pagination": {"page_size": 100},
        }
        wish = models.SearchReturnMerchandiseAuthorizationsRequest.from_dict(body)
        found = data(shop.client.return_and_refund.search_return_merchandise_authorizations(body=wish))
        return found.get("return_merchandise_authorizations") or []

    def reviews(self) -> None:
        """The newer layer: requests and parcels that are reviewed line by line."""

        def review(shop: Shop, group: dict[str, Any], kind: str, action: str, **more: Any) -> Any:
            of_case = [line for line in group["line_items"] if line["sku_return_request_id"] in self.used]
            lines = [{"return_line_item_id": line["return_line_item_id"]} for line in of_case]
            decision = {
                "request_id": group["id"],
                "request_id_type": kind,
                "idempotency_key": f"peer-{action}-{group['id']}",
                "action_unix_time": int(time.time()),
                "line_item_decisions": [{"action": action, "line_items": lines, **more}],
            }
            body = models.ReviewAftersalesRequestsRequest.from_dict({"aftersales_request_decisions": [decision]})
            done = answer(shop.client.return_and_refund.review_aftersales_requests(body=body))
            assert not (done.get("data") or {}).get("errors"), done
            return done

        def request_of(action: str) -> tuple[Shop, dict[str, Any], dict[str, Any]]:
            shop, case = self.take("return_id", lambda _, case: action in asked(case) and not case.get("is_quick_refund"))
            filters = {"main_order_ids": [case["order_id"]]}
            found = self.requests(shop, filters)
            group = next(each for each in found if any(line["sku_return_request_id"] == case["return_id"] for line in each["line_items"]))
            assert group["status"] == "PENDING_REQUEST_REVIEW", group["status"]
            return shop, case, group

        def stands(group: dict[str, Any]) -> dict[str, str]:
            return {each["return_id"]: each["return_status"] for each in group["sku_return_requests"]}

        def approve() -> Any:
            shop, case, group = request_of("SELLER_RESPOND_REFUND")
            review(shop, group, "AFTERSALES", "APPROVE_REQUEST")
            now = self.requests(shop, {"aftersales_request_ids": [group["id"]]})[0]
            assert now["status"] == "REQUEST_REVIEW_COMPLETED", now["status"]
            return stands(now)[case["return_id"]] == "RETURN_OR_REFUND_REQUEST_SUCCESS"

        def reject() -> Any:
            shop, case, group = request_of("SELLER_RESPOND_REFUND")
            reason = {"reason_id": self.reason(shop, case["return_id"]), "text": "See the picture"}
            return review(shop, group, "AFTERSALES", "REJECT_REQUEST", reason=reason)

        def offer() -> Any:
            shop, case, group = request_of("SELLER_RESPOND_REFUND")
            part = "1" if "." not in case["refund_amount"]["refund_total"] else "1.00"
            details = {"partial_refund_amount": part, "currency": case["refund_amount"]["currency"]}
            return review(shop, group, "AFTERSALES", "OFFER_PARTIAL_REFUND", alternative_solution_details=details)

        def parcel() -> Any:
            for shop in self.shops:
                for group in self.parcels(shop, {"statuses": ["PENDING_PACKAGE_REVIEW"]}):
                    ids = {each["return_id"] for each in group["sku_return_requests"]}
                    if not ids & self.used:
                        self.used |= ids
                        return review(shop, group, "RMA", "APPROVE_RETURN_PACKAGE")
            raise LookupError("no parcel waits")

        def label() -> Any:
            shop, case = self.take("return_id", lambda _, case: case["return_status"] == "AWAITING_BUYER_SHIP")
            kind = models.UploadReturnShippingInformationReturnIdType("SKU_RETURN_ORDER")
            paper = File(payload=BytesIO(b"%PDF-1.4 label"), file_name="label.pdf", mime_type="application/pdf")
            body = models.UploadReturnShippingInformationRequest(
                tracking_number="PEER1", return_provider_id="711", return_shipping_label=paper
            )
            call = shop.client.return_and_refund.upload_return_shipping_information
            return answer(call(return_ids=[case["return_id"]], return_id_type=kind, body=body))

        self.check("review: approve a request", approve)
        self.check("review: reject a request", reject)
        self.check("review: offer a part", offer)
        self.check("review: accept a parcel", parcel)
        self.check("returns: a label of one's own", label)

    def begun(self) -> None:
        """What a seller begins."""

        def line(request: str, user: str = "SELLER") -> tuple[Shop, str, str, str]:
            for shop in self.shops:
                orders = data(shop.client.orders.get_order_list(page_size=100))["orders"]
                for order in orders:
                    who = models.GetAftersaleEligibilityInitiateAftersaleUser(user)
                    kinds = [models.GetAftersaleEligibilityRequestTypesItem(request)]
                    call = shop.client.return_and_refund.get_aftersale_eligibility
                    for sku in data(call(order["id"], initiate_aftersale_user=who, request_types=kinds))["sku_eligibility"]:
                        for row in sku["line_item_eligibility"]:
                            if row["eligible"]:
                                return shop, order["id"], row["order_line_items_ids"][0], row["available_reason_names"][0]
            raise LookupError(f"nothing of this world can be begun with {request}")

        def refund() -> Any:
            shop, order, unit, reason = line("REFUND")
            body = {"order_id": order, "return_type": "REFUND", "return_reason": reason, "order_line_list": [{"order_line_item_id": unit}]}
            wish = models.CreateReturnRequest.from_dict(body)
            made = data(shop.client.return_and_refund.create_return(body=wish, idempotency_key="peer-create"))
            assert made["return_status"] == "RETURN_OR_REFUND_REQUEST_SUCCESS", made
            return made["return_id"]

        def cancel() -> Any:
            shop, order, _, reason = line("CANCEL")
            wish = models.CancelOrderRequest.from_dict({"order_id": order, "cancel_reason": reason})
            return data(shop.client.return_and_refund.cancel_order(body=wish))["cancel_id"]

        self.check("create a return", refund)
        self.check("cancel an order", cancel)

    def decisions(self) -> None:
        """Every decision of the documents, each on a case that asks for it."""
        table = [
            ("APPROVE_REFUND", "SELLER_RESPOND_REFUND", {}),
            ("OFFER_PARTIAL_REFUND", "SELLER_RESPOND_REFUND", {"part": "partial_refund"}),
            ("REJECT_REFUND", "SELLER_RESPOND_REFUND", {}),
            ("APPROVE_RETURN", "SELLER_RESPOND_RETURN", {"buyer_keep_item": False}),
            ("APPROVE_RETURN", "SELLER_RESPOND_RETURN", {"buyer_keep_item": True}),
            ("DIRECT_REFUND", "SELLER_RESPOND_RETURN", {}),
            ("OFFER_PARTIAL_REFUND", "SELLER_RESPOND_RETURN", {"part": "partial_refund"}),
            ("REJECT_RETURN", "SELLER_RESPOND_RETURN", {}),
            ("APPROVE_RECEIVED_PACKAGE", "SELLER_RESPOND_RECEIVE_PACKAGE", {}),
            ("REJECT_RECEIVED_PACKAGE", "SELLER_RESPOND_RECEIVE_PACKAGE", {}),
            ("OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG", "SELLER_RESPOND_RECEIVE_PACKAGE", {"part": "partial_refund_amount"}),
            ("APPROVE_REPLACEMENT", "SELLER_RESPOND_REPLACEMENT", {}),
            ("ISSUE_REPLACEMENT_REFUND", "SELLER_RESPOND_REPLACEMENT", {}),
            ("REJECT_REPLACEMENT", "SELLER_RESPOND_REPLACEMENT", {}),
        ]
        for place, (decision, action, more) in enumerate(table):
            kept = ", the buyer keeps it" if more.get("buyer_keep_item") else ""
            name = f"returns: {decision} where {action} is asked{kept}"
            self.check(name, lambda: self.decide(decision, action, dict(more), f"peer-return-{place}"))

    def decide(self, decision: str, action: str, more: dict[str, Any], key: str) -> Any:
        shop, case = self.take("return_id", lambda _, case: action in asked(case) and not case.get("is_quick_refund"))
        call, case_id, money = shop.client.return_and_refund, case["return_id"], case["refund_amount"]
        part = more.pop("part", None)
        if part:
            some = money["refund_total"]
            whole = some.split(".")[0]
            some = "1" if whole == some else "1.00"
            named = "partial_refund_total" if part == "partial_refund_amount" else "amount"
            more[part] = {named: some, "currency": money["currency"]}
        if decision.startswith("REJECT") or decision.endswith("PKG"):
            reason = {"reject_reason": self.reason(shop, case_id), "comment": "See the picture", "images": self.images}
            body = models.RejectReturnRequest.from_dict({"decision": decision, **reason, **more})
            done = answer(call.reject_return(case_id, body=body, idempotency_key=key))
        else:
            body = models.ApproveReturnRequest.from_dict({"decision": decision, **more})
            done = answer(call.approve_return(case_id, body=body, idempotency_key=key))
        wish = models.SearchReturnsRequest.from_dict({"return_ids": [case_id]})
        now = data(call.search_returns(body=wish))["return_orders"][0]
        assert action not in asked(now), f"{action} is still asked"
        return done

    def chat(self) -> None:
        check, shop = self.check, self.shops[0]
        chat = shop.client.customer_service
        page = check("conversations: first page", lambda: data(chat.get_conversations(page_size=2)))
        token = (page or {}).get("next_page_token")
        if token:
            check("conversations: next page", lambda: data(chat.get_conversations(page_size=2, page_token=token))["conversations"])
        order = data(shop.client.orders.get_order_detail(ids=[shop.returns[0]["order_id"]]))["orders"][0]
        wish = models.CreateConversationRequest.from_dict({"buyer_user_id": order["user_id"]})
        opened = check("conversations: open one with a buyer", lambda: data(chat.create_conversation(body=wish))["conversation_id"])
        if not opened:
            return
        again = check("conversations: opening again gives the same", lambda: data(chat.create_conversation(body=wish))["conversation_id"])
        check("conversations: one id for one buyer", lambda: again == opened)
        check("conversations: one", lambda: data(chat.get_conversation(opened))["conversation"]["participants"])

        def send(kind: str, content: dict[str, Any]) -> Any:
            body = {"type": kind, "content": json.dumps(content), "sender_role": "CUSTOMER_SERVICE"}
            return data(chat.send_message(opened, body=models.SendMessageRequest.from_dict(body)))["message_id"]

        sent = check("messages: text", lambda: send("TEXT", {"content": "Your refund is on its way."}))
        upload = lambda: models.UploadImageForBuyerMessagesRequest(data=file())  # noqa: E731
        image = check("messages: image upload", lambda: data(chat.upload_image_for_buyer_messages(body=upload())))
        if image:
            check("messages: image", lambda: send("IMAGE", {key: image[key] for key in ("url", "width", "height")}))
        check("messages: order card", lambda: send("ORDER_CARD", {"order_id": order["id"]}))
        newest = models.GetConversationMessagesSortOrder("DESC")
        read = lambda: data(chat.get_conversation_messages(opened, page_size=10, sort_order=newest, sort_field="create_time"))  # noqa: E731
        found = check("messages: newest page", lambda: read()["messages"])
        check("messages: what was sent is read", lambda: sent in {message["id"] for message in found or []})
        check("messages: mark as read", lambda: answer(chat.mark_buyer_messages_as_read(opened)))
        told = lambda: data(chat.get_conversation_messages(opened, page_size=10, need_data=True, need_plaintext=True))  # noqa: E731
        found = check("messages: with data and plain text", lambda: told()["messages"])
        cards = [message for message in found or [] if message["type"] == "ORDER_CARD"]
        check("messages: a card says what it is about", lambda: json.loads(cards[0]["data"])["order_id"] == order["id"])
        now = int(time.time())
        window = models.SearchSessionsRequest.from_dict({"begin_time_ge": now - 30 * 86400, "begin_time_lt": now + 60})
        check("sessions: search", lambda: data(chat.search_sessions(body=window, page_size=20))["sessions"])
        current = check("sessions: the current one", lambda: data(chat.get_conversation(opened, need_session_info=True))["conversation"]["cur_session"])
        if current:
            check("sessions: end", lambda: answer(chat.end_session(opened, current["id"])))
        today = datetime.date.today()
        days = {"support_date_ge": today - datetime.timedelta(days=30), "support_date_lt": today}
        check("performance", lambda: data(chat.get_customer_service_performance(**days))["performance"]["currency"])
        check("agent settings", lambda: data(chat.get_agent_settings())["can_accept_chat"])

    def received(self, receiver: Receiver) -> None:
        keys = {"app_key": self.described["app_key"], "app_secret": self.described["app_secret"]}

        def one(kind: str) -> Any:
            end = time.monotonic() + WAIT_S
            while time.monotonic() < end:
                for body, signature in list(receiver.received):
                    event = Webhooks.verify_and_parse(**keys, raw_body=body, signature=signature)
                    if isinstance(event, everything[kind]):
                        return event
                time.sleep(0.1)
            raise LookupError(f"none came in {WAIT_S} s")

        # Refunds that were approved are paid.
        self.control("clock", {"advance_s": 60})
        everything = {**WEBHOOKS, **ANNOUNCED}
        for kind in everything:
            self.check(f"webhooks: {kind} is genuine and readable", lambda: one(kind))
        event = self.shops[0].client.event
        body = models.DeleteWebhookForAnEventRequest.from_dict({"event_type": "NEW_MESSAGE"})
        self.check("webhooks: delete", lambda: answer(event.delete_webhook_for_an_event(body=body)))
        left = lambda: data(event.get_shop_webhooks())["webhooks"]  # noqa: E731
        self.check("webhooks: it is gone", lambda: "NEW_MESSAGE" not in {each["event_type"] for each in left()})

    def run(self) -> int:
        receiver = Receiver()
        self.tokens()
        self.authorization()
        if self.shops:
            for part in (self.orders, lambda: self.webhooks(receiver), self.uploads, self.eligibility):
                part()
            for part in (self.cancellations, self.decisions, self.reviews, self.begun, self.chat):
                part()
            self.received(receiver)
        print(f"{self.tally.passed} passed, {self.tally.failed} failed", flush=True)
        return 1 if self.tally.failed or not self.shops else 0


if __name__ == "__main__":
    sys.exit(Peer(json.loads(sys.argv[1])).run())
