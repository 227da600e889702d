-- All that any report reads, by product: so that what is asked of one product never goes through the cases of the others.
-- A name can be long, so no other index holds it but the one that counts requests by product.
CREATE INDEX case_fact_product ON case_fact
    (shop_id, product, asked_at, reason, kind, answered_at, in_time, took_ms, told_ms, wrote_again, agent_id, refunded_at,
     currency, amount, digits, ruled_at, won);
