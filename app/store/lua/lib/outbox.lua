-- What is under way to another partition: a hash of its name -> '<deadline in ms> <crossing>', and a sorted set of the names by
-- when they were put in. A gift on its way to its room is named `<sender>:<id>`, the diamonds on their way to a guest of the room
-- `guest <sender>:<id>`. A crossing is msgpack: {n of the payment, coins left, level that it led to or 0, room, its
-- partition, bucket of the id, gift as in send_gifts.lua}. Past the deadline nobody takes it any more: whether it arrived is for the archive to say.

local GUEST = 'guest '

local function with_deadline(deadline, crossing)
  return int(deadline) .. ' ' .. crossing
end

-- deadline, crossing as text
local function split_deadline(value)
  local deadline, crossing = string.match(value, '^(%d+) (.*)$')
  return tonumber(deadline), crossing
end

-- Puts in what `out` has: name, value, ...
local function put_out(outbox_key, times_key, out, now)
  if #out > 0 then
    local times = {}
    for i = 1, #out, 2 do
      times[i], times[i + 1] = int(now), out[i]
    end
    redis.call('HSET', outbox_key, unpack(out))
    redis.call('ZADD', times_key, unpack(times))
  end
end

local function take_out(outbox_key, times_key, names)
  if #names > 0 then
    redis.call('HDEL', outbox_key, unpack(names))
    redis.call('ZREM', times_key, unpack(names))
  end
end
