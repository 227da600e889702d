-- What a buyer asks for. Empty until the case is counted anew, which the desk does by itself.
ALTER TABLE case_fact ADD COLUMN kind TEXT NOT NULL DEFAULT '';

-- Each still holds all that its report reads, kind and reason of the request included; these stand last, so that what a
-- report of all requests reads lies where it lay.
DROP INDEX case_fact_answered;
DROP INDEX case_fact_ran_out;
DROP INDEX case_fact_refunded;
DROP INDEX case_fact_asked;
DROP INDEX case_fact_ruled;
CREATE INDEX case_fact_answered ON case_fact
    (shop_id, answered_at, in_time, took_ms, told_ms, wrote_again, agent_id, kind, reason) WHERE answered_at IS NOT NULL;
CREATE INDEX case_fact_ran_out ON case_fact (shop_id, answered_at, currency, amount, digits, kind, reason)
    WHERE in_time = 0;
CREATE INDEX case_fact_refunded ON case_fact (shop_id, refunded_at, currency, amount, digits, kind, reason)
    WHERE refunded_at IS NOT NULL;
CREATE INDEX case_fact_asked ON case_fact (shop_id, asked_at, reason, product, kind);
CREATE INDEX case_fact_ruled ON case_fact (shop_id, ruled_at, won, kind, reason) WHERE ruled_at IS NOT NULL;
