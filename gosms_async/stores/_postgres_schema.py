"""The window of a rate limit in PL/pgSQL; see `Window` for what it does and why."""

from typing import Final

from gosms_async.core.limits_window import HANDSHAKE, IDLE, RECOVERY, SLOWEST

# A reservation is one statement: no client can stop between reading a window and writing it.
SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS gosms_rate_limit (
    key text PRIMARY KEY,
    slots float8[] NOT NULL DEFAULT '{{}}', -- seconds since 1970, as the next
    paused_until float8 NOT NULL DEFAULT '-infinity',
    slowness float8 NOT NULL DEFAULT 1,
    written_at float8 NOT NULL DEFAULT '-infinity'
);

CREATE OR REPLACE FUNCTION gosms_rate_limit_open(
    wanted text, span float8
) RETURNS gosms_rate_limit AS $$
DECLARE
    w gosms_rate_limit;
    now float8;
BEGIN
    INSERT INTO gosms_rate_limit (key) VALUES (wanted) ON CONFLICT DO NOTHING;
    SELECT * INTO w FROM gosms_rate_limit WHERE key = wanted FOR UPDATE;
    now := extract(epoch FROM clock_timestamp()); -- read while no other may write
    IF w.written_at > now + span THEN -- the server's clock was put back
        w.slots := '{{}}';
        w.paused_until := now + 2 * span;
    END IF;
    w.written_at := now;
    RETURN w;
END $$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION gosms_rate_limit_slowness(
    w gosms_rate_limit, per float8, moment float8
) RETURNS float8 AS $$
    SELECT greatest(1, w.slowness - (moment - w.paused_until) / ({RECOVERY} * per));
$$ LANGUAGE sql;

CREATE OR REPLACE FUNCTION gosms_rate_limit_reserve(
    wanted text, requests int, per float8, margin float8, latest float8, missed bool
) RETURNS float8[] AS $$
DECLARE
    span float8 := per + margin;
    w gosms_rate_limit := gosms_rate_limit_open(wanted, span);
    now float8 := w.written_at;
    place int := CASE WHEN missed THEN array_position(w.slots, latest) END;
    moved bool := place IS NOT NULL;
    kept float8[] := CASE
        WHEN moved THEN w.slots[: place - 1] || w.slots[place + 1 :] ELSE w.slots
    END;
    size int := cardinality(kept);
    last float8 := coalesce(kept[size], '-infinity');
    oldest float8 := coalesce(kept[size - requests + 1], '-infinity');
    slot float8;
    slow float8;
    noted float8;
BEGIN
    IF NOT moved AND greatest(last, now - span) < latest THEN -- this table forgot what it knew
        w.paused_until := greatest(w.paused_until, now + 2 * span);
    END IF;
    slot := greatest(
        now, w.paused_until, oldest + span, CASE WHEN moved THEN latest END
    );
    slow := gosms_rate_limit_slowness(w, per, slot);
    IF slow > 1 THEN
        slot := greatest(slot, last + slow * span / requests);
    ELSIF slot < oldest + 2 * span THEN
        slot := greatest(slot, last + span / requests / 2);
    END IF;
    noted := greatest(
        CASE WHEN NOT moved THEN last END,
        CASE WHEN slot - last > {IDLE} THEN slot + {HANDSHAKE} ELSE slot END
    );
    kept := ARRAY(SELECT unnest(kept[size - requests + 2 :] || noted) AS each ORDER BY each);
    UPDATE gosms_rate_limit
        SET slots = kept, paused_until = w.paused_until, written_at = now WHERE key = wanted;
    RETURN ARRAY[slot - now, noted];
END $$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION gosms_rate_limit_pause(
    wanted text, requests int, per float8, margin float8, seconds float8
) RETURNS float8 AS $$
DECLARE
    w gosms_rate_limit := gosms_rate_limit_open(wanted, per + margin);
    now float8 := w.written_at;
BEGIN
    IF now >= w.paused_until THEN
        w.slowness := least(2 * gosms_rate_limit_slowness(w, per, now), {SLOWEST});
    END IF;
    UPDATE gosms_rate_limit SET
        slots = w.slots, slowness = w.slowness, written_at = now, paused_until = greatest(
            w.paused_until, now + greatest(seconds, (per + margin) / requests)
        ) WHERE key = wanted;
    RETURN 0;
END $$ LANGUAGE plpgsql;
"""  # noqa: S608 - all that is put in are constants of this package
