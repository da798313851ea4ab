-- What the room's side says to one gift, and what the gift does there; the batch's own state is passed in.

-- The slug that refuses a gift, or nil: first by the room, then by who gets it.
local function refuse_place(room)
  if not room.status then
    return 'room_not_found'
  elseif room.status ~= 'live' then
    return 'room_not_live'
  end
end

local function refuse_receiver(g, ledger, frozen)
  if frozen[g[6]] then
    return 'receiver_frozen'
  elseif ledger.minted + g[9] > AMOUNT_MAX or ledger.shared + g[10] > AMOUNT_MAX then
    return 'unavailable full'
  end
end

-- The streak that a gift starts or continues, counted up, or nil for a gift that does not streak. One whose time is over
-- but which nobody has ended yet is ended first. A streak's id is the journal number of its first gift.
local function continue_streak(room, g, ledger, at, due)
  local field, now = g[12], ledger.now
  if field == '' then
    return nil
  end
  local s = room.streaks[field]
  if s and now > s.last + STREAK_MS then
    end_streak(room, field, s, at)
    s = nil
  end
  if not s then
    s = {id = int(ledger.n), count = 0, coins = 0, sender = g[16]}
    room.streaks[field] = s
    due[#due + 1], due[#due + 2] = int(now + STREAK_MS), room.id .. '\t' .. field
  end
  s.count, s.coins, s.last = s.count + g[11], s.coins + g[8], now
  room.changed[field] = s
  return s
end

-- What an applied gift does in its room: its streak, its event and those that follow of it, the board, in `named` its sender.
-- Returns the streak or nil, and the offset of the gift's own event.
local function show_gift(room, g, ledger, at, due, named, level)
  local s = continue_streak(room, g, ledger, at, due)
  say(room, 'gift_sent', at, g[13], s and streak_json(s) or 'null', g[14])
  local offset = room.offset
  if room.goal then
    count_goal(room, g, ledger.now, at)
  end
  room.coins = room.coins + g[8]
  say_level(room, g, level, at)
  if g[17] then
    room.board[g[1]] = (room.board[g[1]] or 0) + g[8]
    if room.by_gifts then
      room.gift_board[g[1]] = (room.gift_board[g[1]] or 0) + g[11]
    end
    named[g[1]] = g[16]
  end
  return s, offset
end

-- How its journal entry ends.
local function streak_entry(s, g)
  local tail = g[17] and ']' or ',true]'
  return s and ',"' .. s.id .. '",' .. s.count .. tail or ',null,0' .. tail
end
