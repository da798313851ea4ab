-- A room's gap-free stream of events, shared by every script that publishes events.

local LOG_EVENTS = 10000

-- The room's state for `say` and `publish_events`, from its hash; status is false where there is no such room.
local function open_room(room_key, ledger)
  local v = redis.call('HMGET', room_key, 'status', 'epoch', 'offset', 'goal', 'board_by', 'moderated')
  local offset = tonumber(v[3]) or 0
  return {
    key = room_key, status = v[1], epoch = v[2], term = ledger.term, first = offset + 1, offset = offset, pieces = {''},
    count = 1, goal_text = v[4], by_gifts = v[5] == 'gifts', moderated = v[6],
  }
end

-- Adds an event of that type; `at` is at_text(ledger), a, b and c are the rest of its JSON, from the comma to the brace. Kept
-- in pieces: Lua hashes and copies each text that it joins, so all of them are joined once, at the end.
local function say(room, kind, at, a, b, c)
  local pieces, n = room.pieces, room.count
  room.offset = room.offset + 1
  pieces[n + 1], pieces[n + 2], pieces[n + 3] = n == 1 and '{"type":"' or ',\n{"type":"', kind, '","offset":'
  pieces[n + 4], pieces[n + 5] = room.offset, at
  pieces[n + 6], pieces[n + 7], pieces[n + 8] = a, b or '', c or ''
  room.count = n + 8
end

local function at_text(ledger)
  return ',"at_ms":' .. int(ledger.now)
end

-- One text for the log and for the channel: `<epoch>.<term> <first offset> <last offset>`, a line break, the events. A raw line
-- break cannot stand inside JSON, so `,\n` both joins the events as JSON and lets a reader split them without parsing.
-- The term is the ledger's, so that all rooms have new epochs when it has lost something.
local function publish_events(room, log_key, channel)
  local last = room.offset
  if last < room.first then
    return
  end
  room.pieces[1] = room.epoch .. '.' .. room.term .. ' ' .. room.first .. ' ' .. last .. '\n'
  local message = table.concat(room.pieces)
  redis.call('XADD', log_key, 'MINID', '~', math.max(last - LOG_EVENTS, 0), last .. '-0', 'm', message)
  redis.call('HSET', room.key, 'offset', last)
  redis.call('SPUBLISH', channel, message)
end
