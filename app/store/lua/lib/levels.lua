-- Gifters' levels: how many of the thresholds a person's coins given in all have reached.

-- The senders as they gave before: `coins` by user, `next_at` by user the coins from which on another level begins, once it
-- was asked for, and in `counted` what the gifts of this batch make of the coins.
local function read_givers(senders, given_key, thresholds)
  local coins = {}
  for i, v in ipairs(redis.call('HMGET', given_key, unpack(senders))) do
    coins[senders[i]] = tonumber(v) or 0
  end
  return {coins = coins, next_at = {}, counted = {}, thresholds = thresholds, levels = {}}
end

local function level_of(coins, thresholds)
  local level = 0
  while thresholds[level + 1] and coins >= thresholds[level + 1] do
    level = level + 1
  end
  return level
end

-- A person's JSON, which ends with the level if there is one, with another one.
local function with_level(person, level)
  return string.gsub(string.sub(person, 1, -2), ',"level":%d+$', '') .. ',"level":' .. level .. '}'
end

-- Counts a gift that was paid; the level that it leads to, if it does, which is noted for those who asked for the gift.
local function count_given(givers, g)
  local user = g[1]
  local before = givers.coins[user]
  local coins, next_at = before + g[8], givers.next_at[user]
  if not next_at then
    next_at = givers.thresholds[level_of(before, givers.thresholds) + 1] or math.huge
    givers.next_at[user] = next_at
  end
  givers.coins[user], givers.counted[user] = coins, coins
  if coins < next_at then
    return nil
  end
  local level = level_of(coins, givers.thresholds)
  givers.next_at[user], givers.levels[user] = givers.thresholds[level + 1] or math.huge, ' ' .. level
  return level
end

-- Tells a level, if any, in the room of the gift that led to it, unless that is anonymous.
local function say_level(room, g, level, at)
  if level and g[17] then
    say(room, 'level_up', at, ',"user":' .. with_level(g[16], level) .. ',"level":' .. level .. '}')
  end
end
