-- The times in which a spender may spend: days, weeks and months, a guardian's hours, a cool-off; see spenders.lua.

-- A week or month of another zone may begin so much before the last one has ended; a day may not: two would lie in one.
local ZONES_MS = 26 * 3600000
local WINDOWS = {{'day', 0}, {'week', ZONES_MS}, {'month', ZONES_MS}}
local FOR_EVER = 9007199254740991

-- What is known of the zone that a spender is in; mostly nobody asks, and it is long.
local function zone_of(spender)
  if not spender.zone then
    local found = redis.call('HGET', spender.zones_key, spender.set.tz or 'UTC')
    spender.zone = found and cmsgpack.unpack(found) or {day = {}, week = {}, month = {}, offsets = {}}
  end
  return spender.zone
end

-- Begins the windows anew whose end has passed. The next one is the first that ends ahead and began when the last one had
-- ended: where somebody goes to another zone, no day begins twice. Without such an end nothing begins anew.
local function turn_windows(spender, given, now)
  for _, window in ipairs(WINDOWS) do
    local name, slack = window[1], window[2]
    local over = spender[name .. '_end']
    if now >= over then
      local ends = zone_of(spender)[name]
      for i = 2, #ends do
        if ends[i] > now and ends[i - 1] >= over - slack then
          spender[name .. '_from'], spender[name .. '_end'] = given, ends[i]
          break
        end
      end
    end
  end
end

-- The minute of the day where the person is, and until when the clocks there go on as they do.
local function minute_of_day(zone, now)
  local offset, till = 0, FOR_EVER
  for i, change in ipairs(zone.offsets) do
    if change[1] <= now then
      offset, till = change[2], zone.offsets[i + 1] and zone.offsets[i + 1][1] or FOR_EVER
    end
  end
  return (math.floor(now / 60000) + offset) % 1440, till
end

-- Whether a guardian's hours are now; then when they end, else when they begin.
local function in_hours(spender, now)
  local from, to = spender.guard.from, spender.guard.to
  if not from then
    return true, FOR_EVER
  end
  local minute, till = minute_of_day(zone_of(spender), now)
  local inside = (minute - from) % 1440 < (to - from) % 1440
  local change = now - now % 60000 + ((inside and to or from) - minute) % 1440 * 60000
  return inside, inside and math.min(change, till) or change
end

local function is_cooling_off(set, now)
  return set.cool_off_ms and now < set.cool_off_ms
end
