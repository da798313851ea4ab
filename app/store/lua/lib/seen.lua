-- What has arrived here from other partitions: its name in the outbox -> what was answered, by the bucket of its deadline. A
-- bucket is dropped once nothing of it would be taken any more, which a mark in the totals (`late`) says for ever, whatever the
-- clock says. KEYS: the buckets of a batch lie together, from `first` on.

local LATE_KEEP_MS = 60000

-- The items of a batch: {name, deadline, bucket, level, gift, how its entries begin, value} of each of `values`, whose bucket is
-- the i-th of `buckets`; and up to which deadline all are late. One that was restored from the archive has no gift.
local function read_items(values, buckets, totals_key, now)
  local items = {}
  for i, value in ipairs(values) do
    local deadline, level = string.match(value, '^(%d+) %d+ %d+ (%d+) ')
    local entry = entry_of(value)
    local gift, _, id, sender = nil, nil, nil, nil
    -- Behind the line break that ends the entry.
    local place = string.find(value, '\n', 1, true) + #entry + 1
    if place < #value then
      _, gift = cmsgpack.unpack_one(value, place)
      sender, id = gift[1], gift[2]
    else
      id, sender = string.match(entry, '^,"([^"]*)","([^"]*)"')
    end
    items[i] = {
      name = sender .. ':' .. id, deadline = tonumber(deadline), bucket = buckets[i], level = tonumber(level), gift = gift,
      entry = entry, value = value,
    }
  end
  return items, math.max(now, tonumber(redis.call('HGET', totals_key, 'late')) or 0) - 1
end

local function read_seen(items, first, nbuckets)
  local seen, fields = {}, {}
  for b = 1, nbuckets do
    seen[b], fields[b] = {}, {}
  end
  for _, item in ipairs(items) do
    local list = fields[item.bucket]
    list[#list + 1] = item.name
  end
  for b = 1, nbuckets do
    for i, v in ipairs(redis.call('HMGET', KEYS[first + b - 1], unpack(fields[b]))) do
      seen[b][fields[b][i]] = v
    end
  end
  return seen
end

-- What was answered, by bucket: name, answer, ... Buckets whose deadlines are all past are dropped when a new one begins.
local function write_seen(marks, first, buckets_key, totals_key, ledger, bucket_ms)
  for b, list in ipairs(marks) do
    if #list > 0 then
      local key = KEYS[first + b - 1]
      redis.call('HSET', key, unpack(list))
      local prefix, number = string.match(key, '^(.-)(%d+)$')
      if redis.call('ZADD', buckets_key, number, number) == 1 then
        local last = math.floor((ledger.now - CLOCK_SKEW_MS - LATE_KEEP_MS) / bucket_ms) - 1
        for _, old in ipairs(redis.call('ZRANGEBYSCORE', buckets_key, '-inf', int(last), 'LIMIT', 0, 100)) do
          redis.call('UNLINK', prefix .. old)
          redis.call('ZREM', buckets_key, old)
          redis.call('HSET', totals_key, 'late', int((tonumber(old) + 1) * bucket_ms))
        end
      end
    end
  end
end
