-- What each case contributes to the reports, one small row per case: written whenever a case is checked, so that no
-- report goes through cases, intents or the timeline. Amounts are whole ten-thousandths, with how many digits were
-- written after the point, so that sums are exact.
CREATE TABLE case_fact (
    case_id      TEXT PRIMARY KEY REFERENCES case_file (id),
    shop_id      TEXT NOT NULL,
    -- Word of the reason group, and name of the first product.
    reason       TEXT NOT NULL,
    product      TEXT NOT NULL,
    asked_at     INTEGER NOT NULL,
    -- None: not answered yet, or nobody's work.
    answered_at  INTEGER,
    in_time      INTEGER,
    agent_id     TEXT,
    took_ms      INTEGER,
    told_ms      INTEGER,
    wrote_again  INTEGER,
    refunded_at  INTEGER,
    currency     TEXT,
    amount       INTEGER,
    digits       INTEGER,
    -- When a ruling on a dispute was first seen, and whether it was for the shop.
    ruled_at     INTEGER,
    won          INTEGER
) STRICT;
-- Each holds all that its report reads, so that the report never looks at the rows.
CREATE INDEX case_fact_answered ON case_fact
    (shop_id, answered_at, in_time, took_ms, told_ms, wrote_again, agent_id) WHERE answered_at IS NOT NULL;
CREATE INDEX case_fact_ran_out ON case_fact (shop_id, answered_at, currency, amount, digits) WHERE in_time = 0;
CREATE INDEX case_fact_refunded ON case_fact (shop_id, refunded_at, currency, amount, digits)
    WHERE refunded_at IS NOT NULL;
CREATE INDEX case_fact_asked ON case_fact (shop_id, asked_at, reason, product);
CREATE INDEX case_fact_ruled ON case_fact (shop_id, ruled_at, won) WHERE ruled_at IS NOT NULL;

-- The version of the rules under which a case was last counted; none yet.
ALTER TABLE case_file ADD COLUMN counted INTEGER NOT NULL DEFAULT 0;
CREATE INDEX case_file_counted ON case_file (counted);
