-- All that a batch of gifts needs to know, with as few calls as there are keys. Every key is read by its type before the
-- first write, so that no write can meet a wrong one.

-- The switch of all gifts; each one's own is a field of the gift.
local ALL_GIFTS = 'switch:gifts'

-- Field 7 of a gift is its room's index, 3 its bucket's; see send_gifts.lua.
local function list_by(gifts, index, count, item)
  local lists = {}
  for i = 1, count do
    lists[i] = {}
  end
  for _, g in ipairs(gifts) do
    local list, value = lists[g[index]], item(g)
    if value then
      list[#list + 1] = value
    end
  end
  return lists
end

-- Each once: of a busy room many gifts are the same person's.
local function senders_of(gifts)
  local senders, seen = {}, {}
  for _, g in ipairs(gifts) do
    local sender = g[1]
    if not seen[sender] then
      seen[sender], senders[#senders + 1] = true, sender
    end
  end
  return senders
end

-- Coins of the senders, and who of them owes coins.
local function read_wallets(senders, coins_key, debt_key)
  local balance, owes = {}, {}
  for i, v in ipairs(redis.call('HMGET', coins_key, unpack(senders))) do
    balance[senders[i]] = tonumber(v) or 0
  end
  -- Mostly nobody owes coins: then the key does not exist.
  if redis.call('HLEN', debt_key) > 0 then
    for i, v in ipairs(redis.call('HMGET', debt_key, unpack(senders))) do
      owes[senders[i]] = v and true
    end
  end
  return balance, owes
end

-- Who of senders and receivers is frozen; what is switched off is among them.
local function read_frozen(gifts, frozen_key)
  local frozen = {}
  -- Mostly nobody is.
  if redis.call('SCARD', frozen_key) > 0 then
    local names = {ALL_GIFTS}
    for _, g in ipairs(gifts) do
      names[#names + 1], names[#names + 2], names[#names + 3] = g[1], g[6], g[19]
    end
    for i, v in ipairs(redis.call('SMISMEMBER', frozen_key, unpack(names))) do
      frozen[names[i]] = v == 1
    end
  end
  return frozen
end

local function answer_field(g)
  return g[1] .. ':' .. g[2]
end

-- What was answered before: for each bucket, `<user>:<id>` -> fingerprint and record.
local function read_answers(gifts, first_key, nbuckets)
  local seen = {}
  for b, fields in ipairs(list_by(gifts, 3, nbuckets, answer_field)) do
    local found = {}
    for i, v in ipairs(redis.call('HMGET', KEYS[first_key + b - 1], unpack(fields))) do
      found[fields[i]] = v
    end
    seen[b] = found
  end
  return seen
end

-- The rooms with the streaks that the gifts may continue.
local function read_rooms(gifts, first_key, names, ledger)
  local rooms = {}
  local wanted = list_by(gifts, 7, #names, function(g)
    return g[12] ~= '' and g[12]
  end)
  for r, name in ipairs(names) do
    local at = first_key + 5 * (r - 1)
    local room = open_room(KEYS[at], ledger)
    room.id, room.channel, room.log, room.streaks_key, room.board_key = name[1], name[2], KEYS[at + 1], KEYS[at + 2], KEYS[at + 3]
    room.streaks, room.changed, room.board, room.coins = {}, {}, {}, 0
    room.gift_board_key, room.gift_board = KEYS[at + 4], {}
    room.goal = read_goal(room.goal_text)
    redis.call('XLEN', room.log)
    redis.call('ZCARD', room.board_key)
    if room.by_gifts then
      redis.call('ZCARD', room.gift_board_key)
    end
    if #wanted[r] > 0 then
      for i, v in ipairs(redis.call('HMGET', room.streaks_key, unpack(wanted[r]))) do
        room.streaks[wanted[r][i]] = read_streak(v)
      end
    else
      redis.call('HLEN', room.streaks_key)
    end
    rooms[r] = room
  end
  return rooms
end
