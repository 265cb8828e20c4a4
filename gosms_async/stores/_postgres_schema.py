"""The window of a rate limit in PL/pgSQL; see `Window` for what it does and why."""

from typing import Final

from gosms_async.core.limits_window import HANDSHAKE, IDLE, RECOVERY, SLOWEST

# A reservation is one statement: no client can stop between reading a window and writing it.
SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS gosms_rate_limit (
    key text PRIMARY KEY,
    slots float8[] NOT NULL DEFAULT '{{}}', -- seconds since 1970, as the next
    paused_until float8 NOT NULL DEFAULT '-infinity',
    slowness float8 NOT NULL DEFAULT 1
);

CREATE OR REPLACE FUNCTION gosms_rate_limit_open(wanted text) RETURNS gosms_rate_limit AS $$
    INSERT INTO gosms_rate_limit (key) VALUES (wanted) ON CONFLICT DO NOTHING;
    SELECT * FROM gosms_rate_limit WHERE key = wanted FOR UPDATE;
$$ LANGUAGE sql;

CREATE OR REPLACE FUNCTION gosms_rate_limit_slowness(
    w gosms_rate_limit, per float8, moment float8
) RETURNS float8 AS $$
    SELECT greatest(1, w.slowness - (moment - w.paused_until) / ({RECOVERY} * per));
$$ LANGUAGE sql;

CREATE OR REPLACE FUNCTION gosms_rate_limit_reserve(
    wanted text, requests int, per float8, margin float8
) RETURNS float8 AS $$
DECLARE
    w gosms_rate_limit := gosms_rate_limit_open(wanted);
    now float8 := extract(epoch FROM clock_timestamp());
    span float8 := per + margin;
    size int := cardinality(w.slots);
    last float8 := coalesce(w.slots[size], '-infinity');
    oldest float8 := coalesce(w.slots[size - requests + 1], '-infinity');
    slot float8 := greatest(now, w.paused_until, oldest + span);
    slow float8 := gosms_rate_limit_slowness(w, per, slot);
BEGIN
    IF slow > 1 THEN
        slot := greatest(slot, last + slow * span / requests);
    ELSIF slot < oldest + 2 * span THEN
        slot := greatest(slot, last + span / requests / 2);
    END IF;
    UPDATE gosms_rate_limit SET slots = w.slots[size - requests + 2 :] || greatest(
        last, CASE WHEN slot - last > {IDLE} THEN slot + {HANDSHAKE} ELSE slot END
    ) WHERE key = wanted;
    RETURN slot - now;
END $$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION gosms_rate_limit_pause(
    wanted text, requests int, per float8, margin float8, seconds float8
) RETURNS float8 AS $$
DECLARE
    w gosms_rate_limit := gosms_rate_limit_open(wanted);
    now float8 := extract(epoch FROM clock_timestamp());
BEGIN
    IF now >= w.paused_until THEN
        w.slowness := least(2 * gosms_rate_limit_slowness(w, per, now), {SLOWEST});
    END IF;
    UPDATE gosms_rate_limit SET slowness = w.slowness, paused_until = greatest(
        w.paused_until, now + greatest(seconds, (per + margin) / requests)
    ) WHERE key = wanted;
    RETURN 0;
END $$ LANGUAGE plpgsql;
"""  # noqa: S608  all that is put in are constants of this package
