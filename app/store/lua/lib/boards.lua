-- Leaderboards without those who have left them.

local PAGES_MAX = 20

-- The first so many of a sorted set, the highest first, that are not in the set of those who left: member, score, ...
local function top_of(board_key, left_key, wanted)
  if redis.call('SCARD', left_key) == 0 then
    return redis.call('ZREVRANGE', board_key, 0, wanted - 1, 'WITHSCORES')
  end
  local found = {}
  for page = 0, PAGES_MAX - 1 do
    local some, users = redis.call('ZREVRANGE', board_key, page * wanted, (page + 1) * wanted - 1, 'WITHSCORES'), {}
    for i = 1, #some, 2 do
      users[#users + 1] = some[i]
    end
    if #users == 0 then
      return found
    end
    for i, left in ipairs(redis.call('SMISMEMBER', left_key, unpack(users))) do
      if left == 0 and #found < 2 * wanted then
        found[#found + 1], found[#found + 2] = some[2 * i - 1], some[2 * i]
      end
    end
    if #found == 2 * wanted then
      return found
    end
  end
  return found
end
