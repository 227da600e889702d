//! The endpoints, in one table: what each needs, and what it knows.

use super::{cancellations, chat, decisions, groups, orders, requests, returns, shops, uploads};
use crate::gateway::{Outcome, Request};
use crate::shape::{Field, Shape, field, number, text, texts};
use crate::world::World;

/// Whether `shop_cipher` belongs to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cipher {
    Needed,
    Refused,
}

/// One endpoint in all its versions.
pub(crate) struct Endpoint {
    pub(crate) method: &'static str,
    pub(crate) area: &'static str,
    pub(crate) versions: &'static [&'static str],
    /// `{}` stands for an id.
    pub(crate) tail: &'static str,
    pub(crate) scopes: &'static [&'static str],
    pub(crate) cipher: Cipher,
    pub(crate) is_upload: bool,
    pub(crate) query: &'static [Field],
    pub(crate) body: &'static [Field],
    pub(crate) handler: Handler,
}

type Handler = fn(&mut World, &Request<'_>) -> Outcome;

const fn call(
    (method, area, versions, tail): (&'static str, &'static str, &'static [&'static str], &'static str),
    scopes: &'static [&'static str],
    query: &'static [Field],
    body: &'static [Field],
    handler: Handler,
) -> Endpoint {
    Endpoint { method, area, versions, tail, scopes, cipher: Cipher::Needed, is_upload: false, query, body, handler }
}

const fn without_shop(mut endpoint: Endpoint) -> Endpoint {
    endpoint.cipher = Cipher::Refused;
    endpoint
}

const fn upload(mut endpoint: Endpoint) -> Endpoint {
    endpoint.is_upload = true;
    endpoint
}

const AUTH: &[&str] = &["seller.authorization.info"];
const SHOP: &[&str] = &["seller.shop.info"];
const ORDER: &[&str] = &["seller.order.info"];
const LOGISTICS: &[&str] = &["seller.logistics"];
const RETURN: &[&str] = &["seller.return_refund.basic"];
const CREATE: &[&str] = &["seller.return_refund.basic", "seller.fulfillment.basic"];
const PRODUCT: &[&str] = &["seller.product.basic"];
const CHAT: &[&str] = &["seller.customer_service"];

/// The version that knows lines of bundles.
const NEWER: &str = "202602";

const PAGING: &[Field] = &[
    field("sort_field", Shape::Word(&["create_time", "update_time"])),
    field("sort_order", Shape::Word(&["ASC", "DESC"])),
    number("page_size"),
    text("page_token"),
];
const KEY: &[Field] = &[text("idempotency_key")];
const LOCALE: &[Field] = &[text("locale")];
/// Languages of the chat.
const LOCALES: Shape = Shape::Word(&[
    "de-DE", "en", "en-GB", "es-ES", "es-MX", "fr-FR", "id-ID", "it-IT", "ja-JP", "ms-MY", "pt-BR", "th-TH", "vi-VN",
    "zh-CN",
]);

const ORDER_STATUS: Shape = Shape::Word(&[
    "AWAITING_COLLECTION",
    "AWAITING_SHIPMENT",
    "CANCELLED",
    "COMPLETED",
    "DELIVERED",
    "IN_TRANSIT",
    "ON_HOLD",
    "PARTIALLY_SHIPPING",
    "UNPAID",
]);
const CANCEL_STATUS: Shape = Shape::Words(&[
    "CANCELLATION_REQUEST_PENDING",
    "CANCELLATION_REQUEST_SUCCESS",
    "CANCELLATION_REQUEST_CANCEL",
    "CANCELLATION_REQUEST_CANCELLED",
    "CANCELLATION_REQUEST_COMPLETE",
]);
const RETURN_TYPES: Shape = Shape::Words(&["EXCHANGE", "REFUND", "REPLACEMENT", "RETURN_AND_REFUND"]);
/// Exchanges came later.
macro_rules! return_statuses_and {
    ($($more:literal),*) => {
        &[
            "AWAITING_BUYER_RESPONSE", "AWAITING_BUYER_SHIP", "BUYER_SHIPPED_ITEM", "REFUND_OR_RETURN_REQUEST_REJECT",
            "REJECT_RECEIVE_PACKAGE", "REPLACEMENT_REQUEST_CANCEL", "REPLACEMENT_REQUEST_COMPLETE",
            "REPLACEMENT_REQUEST_PENDING", "REPLACEMENT_REQUEST_REFUND_SUCCESS", "REPLACEMENT_REQUEST_REJECT",
            "RETURN_OR_REFUND_REQUEST_CANCEL", "RETURN_OR_REFUND_REQUEST_COMPLETE",
            "RETURN_OR_REFUND_REQUEST_PENDING", "RETURN_OR_REFUND_REQUEST_SUCCESS", $($more),*
        ]
    };
}
const RETURN_STATUS: Shape = Shape::Words(return_statuses_and!(
    "EXCHANGE_REQUEST_CANCEL",
    "EXCHANGE_REQUEST_COMPLETE",
    "EXCHANGE_REQUEST_PENDING",
    "EXCHANGE_REQUEST_REFUND_SUCCESS"
));
const SHIPMENT: Field = field("shipment_type", Shape::Word(&["PLATFORM", "BUYER_ARRANGE"]));
const HANDOVER: Field = field("handover_method", Shape::Word(&["DROP_OFF", "PICKUP"]));

const SKUS: Field = field("skus", Shape::Objects(&[text("sku_id").needed(), number("quantity").needed()]));
const LINE_LIST: Field =
    field("order_line_list", Shape::Objects(&[text("order_line_item_id"), text("sub_order_line_item_id")]))
        .since(NEWER);

const IMAGES: Field =
    field("images", Shape::Objects(&[text("image_id").needed(), text("mime_type"), number("height"), number("width")]));

/// Decisions of 202601.
macro_rules! decisions_and {
    ($($more:literal),*) => {
        &[
            "APPROVE_REQUEST_CANCEL", "REJECT_REQUEST_CANCEL", "APPROVE_REFUND", "REJECT_REFUND", "APPROVE_RETURN",
            "REJECT_RETURN", "APPROVE_RECEIVED_PACKAGE", "REJECT_RECEIVED_PACKAGE", "APPROVE_REPLACEMENT",
            "REJECT_REPLACEMENT", "ISSUE_REPLACEMENT_REFUND", "ISSUE_EXCHANGE_REFUND", "DIRECT_REFUND", $($more),*
        ]
    };
}

/// What Decision Eligibility knows.
pub(super) const CHECKED: &[&str] = decisions_and!();
/// What Review Decision knows besides.
pub(super) const REVIEWED: &[&str] = decisions_and!("OFFER_PARTIAL_REFUND", "OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG");

const SPAN: Shape = Shape::Object(&[number("min_unix_time_inclusive"), number("max_unix_time_exclusive")]);
const TIME: Field = field("time", Shape::Object(&[field("create_time", SPAN), field("update_time", SPAN)]));
const SORT: Field = field(
    "sort",
    Shape::Object(&[
        field("sort_field", Shape::Word(&["CREATE_TIME", "UPDATE_TIME"])),
        field("sort_order", Shape::Word(&["ASC", "DESC"])),
    ]),
);
const PAGINATION: Field = field("pagination", Shape::Object(&[number("page_size"), text("page_token")]));

const REVIEWS: &[Field] = &[
    text("request_id").needed(),
    field(
        "line_item_decisions",
        Shape::Objects(&[
            field(
                "line_items",
                Shape::Objects(&[text("return_line_item_id").needed(), text("sub_return_line_item_id")]),
            )
            .needed(),
            field(
                "action",
                Shape::Word(&[
                    "APPROVE_REQUEST",
                    "APPROVE_RETURN_PACKAGE",
                    "OFFER_PARTIAL_REFUND",
                    "OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG",
                    "REFUND_INSTEAD",
                    "REJECT_REQUEST",
                    "REJECT_RETURN_PACKAGE",
                ]),
            )
            .needed(),
            field("alternative_solution_details", Shape::Object(&[text("partial_refund_amount"), text("currency")])),
            field(
                "reason",
                Shape::Object(&[
                    text("reason_id"),
                    text("text"),
                    field("media", Shape::Object(&[text("uri"), text("mime_type")])),
                ]),
            ),
        ]),
    )
    .needed(),
    field("request_id_type", Shape::Word(&["AFTERSALES", "RMA"])),
    number("action_unix_time"),
    text("idempotency_key"),
];

/// Events that a shop may ask for: the documented ones, and three names that only the overview has.
const EVENT: Field = field(
    "event_type",
    Shape::Word(&[
        "CANCELLATION_STATUS_CHANGE",
        "INVOICE_STATUS_CHANGE",
        "NEW_CONVERSATION",
        "NEW_MESSAGE",
        "NEW_MESSAGE_LISTENER",
        "ORDER_STATUS_CHANGE",
        "PACKAGE_UPDATE",
        "PRODUCT_AUDIT_STATUS_CHANGE",
        "PRODUCT_CATEGORY_CHANGE",
        "PRODUCT_CREATION",
        "PRODUCT_INFORMATION_CHANGE",
        "PRODUCT_STATUS_CHANGE",
        "RECIPIENT_ADDRESS_UPDATE",
        "RETURN_STATUS_CHANGE",
        "REVERSE_STATUS_UPDATE",
        "SELLER_DEAUTHORIZATION",
        "UPCOMING_AUTHORIZATION_EXPIRATION",
        "AFTERSALES_REQUEST_STATUS_UPDATE",
        "RMA_STATUS_UPDATE",
        "REFUND_SUCCESS",
    ]),
)
.needed();

const CS: &str = "customer_service";
const RR: &str = "return_refund";
const BOTH: &[&str] = &["202602", "202309"];
const FIRST: &[&str] = &["202309"];

/// All endpoints.
pub(crate) const TABLE: &[Endpoint] = &[
    without_shop(call(("GET", "authorization", FIRST, "shops"), AUTH, &[], &[], shops::authorized)),
    without_shop(call(("GET", "seller", FIRST, "shops"), SHOP, &[], &[], shops::active)),
    call(("GET", "event", FIRST, "webhooks"), AUTH, &[], &[], shops::webhooks),
    call(("PUT", "event", FIRST, "webhooks"), AUTH, &[], &[text("address").needed(), EVENT], shops::set_webhook),
    call(("DELETE", "event", FIRST, "webhooks"), AUTH, &[], &[EVENT], shops::delete_webhook),
    call(
        ("POST", "order", FIRST, "orders/search"),
        ORDER,
        &[
            number("page_size").needed(),
            field("sort_order", Shape::Word(&["ASC", "DESC"])),
            text("page_token"),
            field("sort_field", Shape::Word(&["create_time", "update_time"])),
        ],
        &[
            field("order_status", ORDER_STATUS),
            number("create_time_ge"),
            number("create_time_lt"),
            number("update_time_ge"),
            number("update_time_lt"),
            field("shipping_type", Shape::Word(&["TIKTOK", "SELLER", "TIKTOK_DIGITAL", "IN-STORE PICKUP"])),
            text("buyer_user_id"),
            field("is_buyer_request_cancel", Shape::Flag),
            texts("warehouse_ids"),
        ],
        orders::search,
    ),
    call(("GET", "order", &["202507", "202309"], "orders"), ORDER, &[texts("ids").needed()], &[], orders::detail),
    call(("GET", "order", &["202407"], "orders/{}/price_detail"), ORDER, &[], &[], orders::price),
    call(("GET", "fulfillment", FIRST, "orders/{}/tracking"), LOGISTICS, &[], &[], orders::tracking),
    call(
        ("POST", RR, BOTH, "cancellations/search"),
        RETURN,
        PAGING,
        &[
            texts("cancel_ids"),
            texts("order_ids"),
            texts("buyer_user_ids"),
            field("cancel_types", Shape::Words(&["BUYER_CANCEL", "CANCEL"])),
            field("cancel_status", CANCEL_STATUS),
            number("create_time_ge"),
            number("create_time_lt"),
            number("update_time_ge"),
            number("update_time_lt"),
            text("locale"),
        ],
        cancellations::search,
    ),
    call(("POST", RR, FIRST, "cancellations/{}/approve"), RETURN, KEY, &[], cancellations::approve),
    call(
        ("POST", RR, FIRST, "cancellations/{}/reject"),
        RETURN,
        KEY,
        &[text("reject_reason").needed(), text("comment"), IMAGES],
        cancellations::reject,
    ),
    call(
        ("POST", RR, BOTH, "cancellations"),
        RETURN,
        &[],
        &[text("order_id").needed(), text("cancel_reason").needed(), SKUS, texts("order_line_item_ids"), LINE_LIST],
        requests::cancel_order,
    ),
    call(
        ("POST", RR, BOTH, "returns/search"),
        RETURN,
        PAGING,
        &[
            texts("return_ids"),
            texts("order_ids"),
            texts("buyer_user_ids"),
            field("return_types", RETURN_TYPES).since(NEWER),
            field("return_types", Shape::Words(&["REFUND", "REPLACEMENT", "RETURN_AND_REFUND"])),
            field("return_status", RETURN_STATUS).since(NEWER),
            field("return_status", Shape::Words(return_statuses_and!())),
            field("seller_proposed_return_type", Shape::Words(&["PARTIAL_REFUND"])),
            field("arbitration_status", Shape::Words(&["CLOSED", "IN_PROGRESS", "SUPPORT_BUYER", "SUPPORT_SELLER"])),
            number("create_time_ge"),
            number("create_time_lt"),
            number("update_time_ge"),
            number("update_time_lt"),
            text("locale"),
        ],
        returns::search,
    ),
    call(
        ("POST", RR, FIRST, "returns/{}/approve"),
        RETURN,
        KEY,
        &[
            field(
                "decision",
                Shape::Word(&[
                    "APPROVE_RECEIVED_PACKAGE",
                    "APPROVE_REFUND",
                    "APPROVE_REPLACEMENT",
                    "APPROVE_RETURN",
                    "DIRECT_REFUND",
                    "ISSUE_REPLACEMENT_REFUND",
                    "OFFER_PARTIAL_REFUND",
                ]),
            )
            .needed(),
            field("buyer_keep_item", Shape::Flag),
            field("partial_refund", Shape::Object(&[text("currency"), text("amount")])),
        ],
        returns::approve,
    ),
    call(
        ("POST", RR, &["202606"], "returns/{}/reject"),
        RETURN,
        KEY,
        &[
            field(
                "decision",
                Shape::Word(&[
                    "OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG",
                    "REJECT_RECEIVED_PACKAGE",
                    "REJECT_REFUND",
                    "REJECT_REPLACEMENT",
                    "REJECT_RETURN",
                ]),
            )
            .needed(),
            text("reject_reason").needed(),
            text("comment"),
            IMAGES,
            field("partial_refund_amount", Shape::Object(&[text("partial_refund_total"), text("currency")])),
        ],
        returns::reject,
    ),
    call(
        ("POST", RR, FIRST, "returns/{}/reject"),
        RETURN,
        KEY,
        &[
            field(
                "decision",
                Shape::Word(&["REJECT_RECEIVED_PACKAGE", "REJECT_REFUND", "REJECT_REPLACEMENT", "REJECT_RETURN"]),
            )
            .needed(),
            text("reject_reason").needed(),
            text("comment"),
            IMAGES,
        ],
        returns::reject,
    ),
    call(
        ("POST", RR, BOTH, "returns"),
        CREATE,
        KEY,
        &[
            text("order_id").needed(),
            text("return_reason").needed(),
            field("return_type", Shape::Word(&["REFUND", "RETURN_AND_REFUND"])).needed(),
            SKUS,
            texts("order_line_item_ids"),
            LINE_LIST,
            text("refund_total"),
            text("currency"),
            SHIPMENT,
            HANDOVER,
        ],
        requests::create_return,
    ),
    call(
        ("POST", RR, BOTH, "refunds/calculate"),
        RETURN,
        &[],
        &[
            text("order_id").needed(),
            field("request_type", Shape::Word(&["CANCEL", "REFUND", "RETURN_AND_REFUND"])).needed(),
            text("reason_name").needed(),
            SKUS,
            texts("order_line_item_ids"),
            LINE_LIST,
            SHIPMENT,
            HANDOVER,
        ],
        requests::calculate,
    ),
    call(
        ("GET", RR, BOTH, "orders/{}/aftersale_eligibility"),
        RETURN,
        &[
            field("initiate_aftersale_user", Shape::Word(&["BUYER", "SELLER"])),
            field("request_types", Shape::Words(&["CANCEL", "REFUND", "RETURN_AND_REFUND"])).since(NEWER),
        ],
        &[],
        requests::eligibility,
    ),
    call(
        ("GET", RR, FIRST, "reject_reasons"),
        RETURN,
        &[text("return_or_cancel_id").needed(), text("locale")],
        &[],
        decisions::reject_reasons,
    ),
    call(("GET", RR, FIRST, "returns/{}/records"), RETURN, LOCALE, &[], returns::records),
    call(
        ("GET", RR, &["202601"], "decision_eligibility"),
        RETURN,
        &[text("return_or_cancel_id").needed(), field("check_decisions", Shape::Words(CHECKED)), text("locale")],
        &[],
        decisions::eligibility,
    ),
    call(
        ("GET", RR, &["202606"], "review_decision"),
        RETURN,
        &[
            number("seller_id").needed(),
            text("return_or_cancel_id").needed(),
            text("locale"),
            field("check_decisions", Shape::Words(REVIEWED)),
        ],
        &[],
        decisions::review,
    ),
    call(
        ("POST", RR, &["202603"], "aftersales/search"),
        RETURN,
        LOCALE,
        &[
            field(
                "whitelisted_data_fields",
                Shape::Words(&["LINE_ITEMS", "RETURN_MERCHANDISE_AUTHORIZATIONS", "SKU_RETURN_REQUESTS"]),
            ),
            field(
                "filters",
                Shape::Object(&[
                    texts("aftersales_request_ids"),
                    field(
                        "aftersales_request_statuses",
                        Shape::Words(&["INIT", "PENDING_REQUEST_REVIEW", "REQUEST_REVIEW_COMPLETED"]),
                    ),
                    field("return_types", RETURN_TYPES),
                    texts("main_order_ids"),
                    texts("buyer_ids"),
                    TIME,
                ]),
            ),
            SORT,
            PAGINATION,
        ],
        groups::search,
    ),
    call(
        ("POST", RR, &["202604"], "rma/search"),
        RETURN,
        LOCALE,
        &[
            field("whitelisted_data_fields", Shape::Words(&["LINE_ITEMS", "SKU_RETURN_REQUESTS"])),
            field(
                "filters",
                Shape::Object(&[
                    texts("rma_ids"),
                    texts("package_ids"),
                    field(
                        "statuses",
                        Shape::Words(&[
                            "AWAITING_BUYER_RETURN",
                            "INIT",
                            "PACKAGE_REVIEW_COMPLETED",
                            "PENDING_PACKAGE_REVIEW",
                            "RETURN_IN_TRANSIT",
                        ]),
                    ),
                    texts("aftersales_request_ids"),
                    texts("main_order_ids"),
                    TIME,
                ]),
            ),
            SORT,
            PAGINATION,
        ],
        groups::search_parcels,
    ),
    call(
        ("POST", RR, &["202609", "202603"], "aftersales/review"),
        RETURN,
        &[],
        &[field("aftersales_request_decisions", Shape::Objects(REVIEWS)).needed()],
        groups::review,
    ),
    upload(call(
        ("POST", RR, &["202405"], "returns/shipping_documents"),
        RETURN,
        &[texts("return_ids").needed(), field("return_id_type", Shape::Word(&["RMA", "SKU_RETURN_ORDER"]))],
        &[
            text("tracking_number").needed(),
            text("return_provider_id").needed(),
            field("return_shipping_label", Shape::File),
            field("return_qr_code", Shape::File),
        ],
        uploads::shipping_document,
    )),
    without_shop(upload(call(
        ("POST", "product", FIRST, "images/upload"),
        PRODUCT,
        &[],
        &[
            field("data", Shape::File).needed(),
            field(
                "use_case",
                Shape::Word(&[
                    "ATTRIBUTE_IMAGE",
                    "CERTIFICATION_IMAGE",
                    "CUSTOMIZATION_IMAGE",
                    "DESCRIPTION_IMAGE",
                    "MAIN_IMAGE",
                    "SIZE_CHART_IMAGE",
                ]),
            ),
        ],
        uploads::product_image,
    ))),
    upload(call(
        ("POST", CS, FIRST, "images/upload"),
        CHAT,
        &[],
        &[field("data", Shape::File).needed()],
        uploads::chat_image,
    )),
    call(
        ("GET", CS, FIRST, "conversations"),
        CHAT,
        &[
            text("page_token"),
            number("page_size").needed(),
            field("locale", LOCALES),
            field("need_session_id", Shape::Flag),
            field("need_session_info", Shape::Flag),
        ],
        &[],
        chat::conversations,
    ),
    call(
        ("GET", CS, &["202601"], "conversations/{}"),
        CHAT,
        &[field("need_session_id", Shape::Flag), field("need_session_info", Shape::Flag)],
        &[],
        chat::conversation,
    ),
    call(("POST", CS, FIRST, "conversations"), CHAT, &[], &[text("buyer_user_id").needed()], chat::create),
    call(
        ("GET", CS, FIRST, "conversations/{}/messages"),
        CHAT,
        &[
            text("page_token"),
            number("page_size").needed(),
            field("locale", LOCALES),
            field("sort_order", Shape::Word(&["ASC", "DESC"])),
            field("sort_field", Shape::Word(&["create_time", "index"])),
            field("need_data", Shape::Flag),
            field("need_plaintext", Shape::Flag),
            text("time_zone"),
        ],
        &[],
        chat::messages,
    ),
    call(
        ("POST", CS, &["202606", "202309"], "conversations/{}/messages"),
        CHAT,
        &[],
        &[
            field(
                "type",
                Shape::Word(&[
                    "COUPON_CARD",
                    "IMAGE",
                    "LOGISTICS_CARD",
                    "ORDER_CARD",
                    "PRODUCT_CARD",
                    "RETURN_REFUND_CARD",
                    "TEXT",
                    "VIDEO",
                ]),
            )
            .needed(),
            text("content").needed(),
            field("sender_role", Shape::Word(&["CUSTOMER_SERVICE", "ROBOT"])).since("202606"),
        ],
        chat::send,
    ),
    call(("POST", CS, FIRST, "conversations/{}/messages/read"), CHAT, &[], &[], chat::read),
    call(("GET", CS, FIRST, "agents/settings"), CHAT, &[], &[], chat::settings),
    call(
        ("PUT", CS, FIRST, "agents/settings"),
        CHAT,
        &[],
        &[field("can_accept_chat", Shape::Flag).needed()],
        chat::set_settings,
    ),
    call(
        ("GET", CS, &["202407"], "performance"),
        CHAT,
        &[text("support_date_ge").needed(), text("support_date_lt").needed()],
        &[],
        chat::performance,
    ),
    call(
        ("POST", CS, &["202602"], "sessions/search"),
        CHAT,
        &[number("page_size").needed(), text("page_token"), text("locale")],
        &[number("begin_time_ge").needed(), number("begin_time_lt").needed(), text("buyer_nickname")],
        chat::sessions,
    ),
    call(("POST", CS, &["202605"], "conversations/{}/sessions/{}/end"), CHAT, &[], &[], chat::end_session),
];
