-- Stored answers to gift ids, dropped bucket by bucket. Keys with a time to live would be wrong here: with a clock that is
-- ahead for a moment they would expire, and the same ids would be accepted again once the clock is right. Dropping a bucket
-- also moves a mark in the totals; ids older than that mark are refused for ever, whatever the clock says.

local KEEP_MS = 60000

-- Notes a bucket that was written to. When it is a new one, drops buckets so old that all ids in them are refused.
local function note_bucket(buckets_key, bucket_key, totals_key, ledger, window, bucket_ms)
  local prefix, number = string.match(bucket_key, '^(.-)(%d+)$')
  if redis.call('ZADD', buckets_key, number, number) == 0 then
    return
  end
  local last = math.floor((ledger.now - window - CLOCK_SKEW_MS - KEEP_MS) / bucket_ms) - 1
  for _, old in ipairs(redis.call('ZRANGEBYSCORE', buckets_key, '-inf', int(last), 'LIMIT', 0, 100)) do
    redis.call('UNLINK', prefix .. old)
    redis.call('ZREM', buckets_key, old)
    ledger.forgotten = math.max(ledger.forgotten, (tonumber(old) + 1) * bucket_ms)
  end
  redis.call('HSET', totals_key, 'forgotten', int(ledger.forgotten))
end
