-- Who is kept out of everything, and whose tokens were revoked: see rules/barred.py.

-- What was decided of senders and receivers; mostly nothing was of anybody, and the key does not exist.
local function read_barred(gifts, key)
  local barred, both = {}, {}
  if redis.call('HLEN', key) == 0 then
    return barred
  end
  for i, g in ipairs(gifts) do
    both[2 * i - 1], both[2 * i] = g[1], g[6]
  end
  for i, v in ipairs(redis.call('HMGET', key, unpack(both))) do
    barred[both[i]] = v and cmsgpack.unpack(v)
  end
  return barred
end

-- The slug that refuses a gift for it, or nil.
local function refuse_barred_sender(barred, g)
  local sender = barred[g[1]]
  if not sender then
    return nil
  elseif sender[2] then
    return 'banned'
  elseif g[20] < sender[3] then
    return 'unauthorized'
  end
  for _, token in ipairs(sender[4]) do
    if token[1] == g[21] then
      return 'unauthorized'
    end
  end
end

local function refuse_barred_receiver(barred, g)
  local receiver = barred[g[6]]
  return receiver and receiver[2] and 'receiver_frozen' or nil
end
