-- Running streaks: `<id>|<count>|<coins>|<time of the last gift, ms>|<sender as JSON>`.

local STREAK_MS = 5000

local function read_streak(text)
  if not text then
    return nil
  end
  local id, count, coins, last, sender = string.match(text, '^([^|]*)|(%d+)|(%d+)|(%d+)|(.*)$')
  return {id = id, count = tonumber(count), coins = tonumber(coins), last = tonumber(last), sender = sender}
end

local function write_streak(s)
  return s.id .. '|' .. int(s.count) .. '|' .. int(s.coins) .. '|' .. int(s.last) .. '|' .. s.sender
end

local function streak_json(s)
  return '{"id":"' .. s.id .. '","count":' .. int(s.count) .. ',"coins":' .. int(s.coins) .. '}'
end

-- The event that ends a streak; `field` is `<sender> <gift> <receiver> <anonymous>`, tab-separated.
local function end_streak(room, field, s, at)
  local gift, receiver = string.match(field, '^[^\t]*\t([^\t]*)\t([^\t]*)')
  say(room, 'streak_ended', at, ',"streak":' .. streak_json(s), ',"sender":' .. s.sender,
    ',"gift":"' .. gift .. '","receiver":"' .. receiver .. '"}')
end
