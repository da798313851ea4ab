-- The ledger's guards and its journal, shared by every script that moves value.

-- Integers beyond 14 digits lose their end in `..` and tostring; amounts go up to 9e15. (`%d` is exact, and cheaper than `%.0f`.)
local function int(x)
  return string.format('%d', x)
end

local AMOUNT_MAX = 9e15
local CLOCK_SKEW_MS = 5000

-- The totals as numbers, with the time in ms; or nil and the slug of a refusal. An empty, flushed or foreign store has
-- another epoch. A clock that stepped back could forget an answered id too early, so it is refused.
local function open_ledger(key, epoch)
  local v = redis.call('HMGET', key, 'epoch', 'n', 'h', 'hw', 'issued', 'spent', 'minted', 'shared', 'archived',
    'forgotten', 'clawed', 'paid', 'keys_from')
  if v[1] ~= epoch then
    return nil, 'uninitialised'
  end
  local time = redis.call('TIME')
  local now, high = time[1] * 1000 + math.floor(time[2] / 1000), tonumber(v[4])
  if now < high - CLOCK_SKEW_MS then
    return nil, 'unavailable clock'
  end
  return {
    now = math.max(now, high), n = tonumber(v[2]), h = v[3], issued = tonumber(v[5]), spent = tonumber(v[6]),
    minted = tonumber(v[7]), shared = tonumber(v[8]), archived = tonumber(v[9]), forgotten = tonumber(v[10]) or 0,
    clawed = tonumber(v[11]) or 0, paid = tonumber(v[12]) or 0, keys_from = tonumber(v[13]) or 0,
  }
end

-- Notes an entry for `post_entries`: a, b, c and d joined are its JSON array.
local function note_entry(entries, a, b, c, d)
  local n = entries.pieces or 0
  entries[n + 1], entries[n + 2], entries[n + 3] = n > 0 and '\n' or '', a, b
  entries[n + 4], entries[n + 5] = c or '', d or ''
  entries.pieces, entries.count = n + 5, (entries.count or 0) + 1
end

-- Writes the noted entries as one stream entry: n of the first, their number, and the hash that chains them to all before.
-- ledger.n has already been counted up by the caller.
local function post_entries(totals_key, journal_key, ledger, entries)
  local first, payload = int(ledger.n - entries.count + 1), table.concat(entries)
  ledger.h = redis.sha1hex(ledger.h .. first .. redis.sha1hex(payload))
  redis.call('XADD', journal_key, '*', 'n', first, 'k', entries.count, 'h', ledger.h, 'at', int(ledger.now), 'e', payload)
  redis.call('HSET', totals_key, 'n', int(ledger.n), 'h', ledger.h, 'hw', int(ledger.now), 'issued', int(ledger.issued),
    'spent', int(ledger.spent), 'minted', int(ledger.minted), 'shared', int(ledger.shared), 'clawed', int(ledger.clawed),
    'paid', int(ledger.paid))
end

-- {key, text(value), ...} for HSET.
local function flatten(map, text)
  local list = {}
  for k, v in pairs(map) do
    list[#list + 1], list[#list + 2] = k, text(v)
  end
  return list
end
