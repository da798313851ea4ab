-- A room's gap-free stream of events, shared by every script that says something in a room.

local LOG_EVENTS = 10000

-- The room's state for `say` and `publish_events`, from its hash; status is false where there is no such room.
local function open_room(room_key)
  local v = redis.call('HMGET', room_key, 'status', 'epoch', 'offset')
  local offset = tonumber(v[3]) or 0
  return {key = room_key, status = v[1], epoch = v[2], first = offset + 1, offset = offset, events = {}}
end

-- Adds an event of that type; `fields` is the rest of its JSON object, from the comma to the brace.
local function say(room, kind, now_text, fields)
  room.offset = room.offset + 1
  room.events[#room.events + 1] = '{"type":"' .. kind .. '","offset":' .. room.offset .. ',"at_ms":' .. now_text .. fields
end

-- One log entry and one message for all that was said. A raw line break cannot stand inside JSON, so `,\n` both joins
-- the events as JSON and lets a reader split them without parsing.
local function publish_events(room, log_key, channel)
  if #room.events == 0 then
    return
  end
  local payload, last = table.concat(room.events, ',\n'), room.offset
  redis.call('XADD', log_key, 'MINID', '~', math.max(last - LOG_EVENTS, 0), last .. '-0', 'f', room.first, 'e', payload)
  redis.call('HSET', room.key, 'offset', last)
  redis.call('SPUBLISH', channel, room.epoch .. ' ' .. room.first .. ' ' .. last .. '\n' .. payload)
end
