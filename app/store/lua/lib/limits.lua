-- What refuses spending: a person's own limits and cool-off, and what a guardian allows. The stricter one holds.

local APPROVAL = 'approval|0|0'

local function is_blocked(guard, receiver)
  for _, streamer in ipairs(guard.blocked or {}) do
    if streamer == receiver then
      return true
    end
  end
  return false
end

-- The limit that leaves the least, as '<limit>|<left>|<when it begins anew>', where that is too little.
local function over_limit(spender, coins, given)
  local least, when, said = coins, 0, nil
  for _, whose in ipairs({{spender.own, ''}, {spender.guard, 'guardian_'}}) do
    local limits, prefix = whose[1], whose[2]
    if limits.gift and limits.gift < least then
      least, when, said = limits.gift, 0, prefix .. 'gift'
    end
    for _, window in ipairs(WINDOWS) do
      local limit, ends = limits[window[1]], spender[window[1] .. '_end']
      local left = limit and math.max(0, limit - given + spender[window[1] .. '_from'])
      if left and (left < least or said and left == least and ends > when) then
        least, when, said = left, ends, prefix .. window[1]
      end
    end
  end
  return said and said .. '|' .. int(least) .. '|' .. int(when)
end

local function has_guardian(user, limits_key)
  local raw = redis.call('HGET', limits_key, user)
  return raw and cmsgpack.unpack(raw).guard
end

-- The slug that refuses a gift of a minor, or to one, for whom no guardian answers, or nil.
local function refuse_minor_sender(g, limits_key)
  return g[22] % 2 == 1 and not has_guardian(g[1], limits_key) and 'minor' or nil
end

local function refuse_minor_receiver(g, limits_key)
  return g[22] >= 2 and not has_guardian(g[6], limits_key) and 'minor' or nil
end

-- What refuses so many coins to a receiver (nil: to nobody), in that form; nil where nothing does.
local function refuse_spending(spender, coins, receiver, given, now, approved)
  local set, guard = spender.set, spender.guard
  spender.slow = true
  turn_windows(spender, given, now)
  if guard.locked then
    return 'locked|0|0'
  elseif is_cooling_off(set, now) then
    return 'cool_off|0|' .. int(set.cool_off_ms)
  elseif receiver and is_blocked(guard, receiver) then
    return 'guardian_streamer|0|0'
  end
  local inside, change = in_hours(spender, now)
  if not inside then
    return 'guardian_hours|0|' .. int(change)
  end
  return over_limit(spender, coins, given)
    or guard.approve_from and coins >= guard.approve_from and not approved and APPROVAL or nil
end

-- Whether there is more to look at.
local function may_be_beyond(spender, coins, given, now)
  return spender.slow or now >= spender.till or given + coins > spender.upto or coins > spender.most
end

-- What refuses a gift by its sender's limits, as the record that is stored for it: an old resend cannot spend once these are
-- others.
local function refuse_gift_by_limits(spender, g, limits_key, zones_key, given, now, window, approved)
  if not spender.set then
    open_spender(spender, g[1], limits_key, zones_key, now)
  end
  local refused = refuse_spending(spender, g[8], g[6], given, now, approved)
  if refused == APPROVAL then
    return 'P|' .. int(g[5] + window)
  end
  return refused and 'L|' .. refused
end
