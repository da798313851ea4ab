-- What bounds people's spending: their own limits and a guardian's. The column `limits` has what was set, the msgpack of Bounds
-- (rules/spending.py); the column `spending` how far a person has come, as doubles: until when, up to how many coins given in all
-- and for how many at once a gift is within all limits, so that most gifts are let through by three comparisons; then for day,
-- week and month the coins given in all at its begin, and its end; then of the sitting the coins at its begin, and the time of a
-- late gift of it. Nothing is counted here: what was spent in a window is what was given in all since, which is kept anyway.
-- `zones` knows of each zone the coming ends of its days, weeks and months, and its offsets from UTC in minutes.
local SPENDING = '>ddddddddddd'
-- A pause after which another sitting begins, and how late the time of the last gift may be noted.
local SITTING_MS, NOTED_MS = 3600000, 600000

-- user -> what is known of a spender; nobody is in it who has set nothing.
local function read_spenders(users, spending_key)
  local spenders = {}
  if redis.call('HLEN', spending_key) > 0 then
    for i, raw in ipairs(redis.call('HMGET', spending_key, unpack(users))) do
      if raw and not spenders[users[i]] then
        local till, upto, most = struct.unpack('>ddd', raw)
        spenders[users[i]] = {raw = raw, till = till, upto = upto, most = most}
      end
    end
  end
  return spenders
end

-- All the rest, once it is asked for.
local function open_spender(spender, user, limits_key, zones_key, now)
  local raw, _ = spender.raw, nil
  _, _, _, spender.day_from, spender.day_end, spender.week_from, spender.week_end, spender.month_from, spender.month_end,
    spender.sat_from, spender.sat_ms = struct.unpack(SPENDING, raw)
  local found = redis.call('HGET', limits_key, user)
  -- What was set and is not there is no leave to spend.
  local set = found and cmsgpack.unpack(found) or {own = {}, guard = {locked = true}}
  spender.set, spender.guard, spender.own = set, set.guard or {}, set.own
  if set.later and now >= set.later_ms then
    spender.own = set.later
  end
  spender.zones_key = zones_key
  if spender.guard.from then
    -- Asked for once more after the first write: it has to be known by then.
    zone_of(spender)
  end
end

-- Notes what was spent of it by a gift: whether it is time for a reminder.
local function note_spent(spender, before, given, now)
  local every = spender.set.every
  if every then
    if now - spender.sat_ms > SITTING_MS then
      spender.sat_from = before
    end
    spender.sat_ms = now
    local from = spender.sat_from
    spender.reminds = spender.reminds or math.floor((given - from) / every) > math.floor((before - from) / every)
  end
end

-- Up to where gifts need no further look, and the text that is kept.
local function spending_text(spender, given, now)
  local set, own, guard = spender.set, spender.own, spender.guard
  local inside, hours_end = in_hours(spender, now)
  local till = math.min(spender.day_end, spender.week_end, spender.month_end, hours_end)
  if guard.locked or not inside or is_cooling_off(set, now) or guard.blocked and #guard.blocked > 0 then
    till = 0
  end
  if set.later and now < set.later_ms then
    till = math.min(till, set.later_ms)
  end
  local upto, most = AMOUNT_MAX, math.min(own.gift or AMOUNT_MAX, guard.gift or AMOUNT_MAX)
  if guard.approve_from then
    most = math.min(most, guard.approve_from - 1)
  end
  for _, window in ipairs(WINDOWS) do
    local name = window[1]
    local limit = math.min(own[name] or AMOUNT_MAX, guard[name] or AMOUNT_MAX)
    upto = math.min(upto, spender[name .. '_from'] + limit)
  end
  if set.every then
    upto = math.min(upto, spender.sat_from + (math.floor((given - spender.sat_from) / set.every) + 1) * set.every - 1)
    till = math.min(till, spender.sat_ms + NOTED_MS)
  end
  return struct.pack(SPENDING, till, upto, most, spender.day_from, spender.day_end, spender.week_from, spender.week_end,
    spender.month_from, spender.month_end, spender.sat_from, spender.sat_ms)
end

-- Keeps what has changed of those who were looked at; `given` are coins given in all, by user. Reminds whom it is time for.
local function keep_spenders(spenders, given, now, spending_key, people_channel)
  for user, spender in pairs(spenders) do
    if spender.slow then
      redis.call('HSET', spending_key, user, spending_text(spender, given[user], now))
    end
    if spender.reminds then
      local today = int(given[user] - spender.day_from)
      redis.call('SPUBLISH', people_channel, user .. ' {"type":"reminder","spent_today":' .. today .. '}')
    end
  end
end
