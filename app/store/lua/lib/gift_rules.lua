-- What may become of one gift; the batch's own state is passed in.

-- Whether what was answered before was answered to this gift. An answer that was restored from the archive knows only what the
-- journal has of it (see `restored_print` in rebuilding.py): neither its words, nor whether it was anonymous.
local function is_same(prior, g)
  local print = string.sub(prior, 1, 16)
  return print == g[4] or print == '*' .. string.sub(redis.sha1hex(string.match(g[15], '^.-,%d+,')), 1, 15)
end

-- Whether it waited for an approval, and has it now.
local function is_approved(prior, g, bucket_key, field)
  return string.sub(prior, 17, 17) == 'P' and is_same(prior, g) and redis.call('HEXISTS', bucket_key, 'ok:' .. field) == 1
end

-- The slug that refuses a gift without storing anything, or nil.
local function refuse_gift(g, room, ledger, window, frozen, owes)
  if g[5] > ledger.now + CLOCK_SKEW_MS then
    return 'id_in_future'
  elseif g[5] < ledger.now - window or g[5] < ledger.forgotten then
    return 'id_expired'
  elseif not room.status then
    return 'room_not_found'
  elseif room.status ~= 'live' then
    return 'room_not_live'
  elseif g[1] == g[6] then
    return 'self_gift'
  elseif frozen[ALL_GIFTS] or frozen[g[19]] then
    return 'switched_off'
  elseif frozen[g[1]] then
    return 'wallet_frozen'
  elseif frozen[g[6]] then
    return 'receiver_frozen'
  elseif owes[g[1]] then
    return 'wallet_in_debt'
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
