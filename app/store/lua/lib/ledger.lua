-- The ledger's guards and its journal, shared by every script that moves value.

-- `..` and tostring keep 14 digits of an integer only, and amounts go up to 9e15. (`%d` is exact, and cheaper than `%.0f`.)
local function int(x)
  return string.format('%d', x)
end

local AMOUNT_MAX = 9e15
local CLOCK_SKEW_MS = 5000
-- A call may wait up to 10 s before it is cut off, and its time may be behind the store's clock by that much.
local CLOCK_AHEAD_MS = 10000

-- The ledger's time in ms: the store's clock plus a shift that takes its jumps back.
local function ledger_time(shift)
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000) + (tonumber(shift) or 0)
end

-- The totals as numbers, with the time in ms; or nil and the slug of a refusal. `claim` is what the caller knows of the
-- ledger: `<epoch> <term> <n> <head> <time, 0 for unknown>`. An empty, flushed or foreign store has another epoch. One that
-- has less than the caller knows of, another head at the same n, or another time is refused as stale: the caller has to look
-- what has become of it (look_at_ledger.lua) before anything is written.
local function open_ledger(key, claim)
  local epoch, term, n, head, time = string.match(claim, '^(%S+) (%d+) (%d+) (%S+) (%d+)$')
  local v = redis.call('HMGET', key, 'epoch', 'n', 'h', 'hw', 'issued', 'spent', 'minted', 'shared', 'archived',
    'forgotten', 'clawed', 'paid', 'keys_from', 'term', 'shift', 'lost')
  if v[1] ~= epoch then
    return nil, 'uninitialised'
  end
  local now, high, last, known = ledger_time(v[15]), tonumber(v[4]), tonumber(v[2]), tonumber(n)
  local ahead = tonumber(time) > 0 and now - time or 0
  if (v[14] or '0') ~= term or last < known or last == known and known > 0 and v[3] ~= head
    or now < high - CLOCK_SKEW_MS or ahead > CLOCK_AHEAD_MS or ahead < -CLOCK_SKEW_MS then
    return nil, 'stale'
  end
  return {
    now = math.max(now, high), n = last, h = v[3], issued = tonumber(v[5]), spent = tonumber(v[6]),
    minted = tonumber(v[7]), shared = tonumber(v[8]), archived = tonumber(v[9]), forgotten = tonumber(v[10]) or 0,
    clawed = tonumber(v[11]) or 0, paid = tonumber(v[12]) or 0, keys_from = tonumber(v[13]) or 0, term = term, lost = v[16],
  }
end

-- The same for a script that moves value, which a ledger that has lost entries refuses until the loss is accepted or healed.
local function open_to_money(key, claim)
  local ledger, refusal = open_ledger(key, claim)
  if ledger and ledger.lost then
    return nil, 'unavailable lost_tail'
  end
  return ledger, refusal
end

-- Notes an entry for `post_entries`: a, b, c and d joined are its JSON array.
local function note_entry(entries, a, b, c, d)
  local n = entries.pieces or 0
  entries[n + 1], entries[n + 2], entries[n + 3] = n > 0 and '\n' or '', a, b
  entries[n + 4], entries[n + 5] = c or '', d or ''
  entries.pieces, entries.count = n + 5, (entries.count or 0) + 1
end

-- Writes the noted entries as one stream entry: n of the first, their number, and the hash that chains them to all before.
-- ledger.n has already been counted up by the caller. Its id has the ledger's time, which never goes back.
local function post_entries(totals_key, journal_key, ledger, entries)
  local first, payload = int(ledger.n - entries.count + 1), table.concat(entries)
  ledger.h = redis.sha1hex(ledger.h .. first .. redis.sha1hex(payload))
  local id = redis.call('XADD', journal_key, int(ledger.now) .. '-*', 'n', first, 'k', entries.count, 'h', ledger.h,
    'at', int(ledger.now), 'e', payload)
  redis.call('HSET', totals_key, 'n', int(ledger.n), 'h', ledger.h, 'last', id, 'hw', int(ledger.now),
    'issued', int(ledger.issued), 'spent', int(ledger.spent), 'minted', int(ledger.minted), 'shared', int(ledger.shared),
    'clawed', int(ledger.clawed), 'paid', int(ledger.paid))
  ledger.mark = ledger.term .. ' ' .. int(ledger.n) .. ' ' .. ledger.h .. ' ' .. id
end

-- {key, text(value), ...} for HSET.
local function flatten(map, text)
  local list = {}
  for k, v in pairs(map) do
    list[#list + 1], list[#list + 2] = k, text(v)
  end
  return list
end
