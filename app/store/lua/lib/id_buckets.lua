-- What was answered to the ids of gifts, forgotten bucket by bucket. Never by a time to live: a clock that is ahead for a
-- moment would let it run out, and the same ids would be good again when the clock is set right. What is forgotten here is
-- noted in the same step, and ids as old as that are refused for ever after, whatever the clock and the window then say.

local KEEP_MS = 60000

-- Notes a bucket that was written to; when it is a new one, forgets those that no good id can be in any more.
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
