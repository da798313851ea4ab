#!lua
-- @include ledger
-- Says where the ledger stands. It writes nothing, but is refused like a script that writes: its answer proves that an entry
-- could be written now.
-- KEYS: totals, journal
-- ARGV: 1 epoch, 2 id of the journal's entry that the caller knew as the last, or '-'
-- Returns {'R<slug>'} or {'', the store's clock in ms, shift of the ledger's time against it, how often that was stepped,
--   high-water time, term, n, head, id of the last entry, n archived, term of a loss that nobody has accepted or '', head that
--   the entry ARGV[2] has or ''}
local v = redis.call('HMGET', KEYS[1], 'epoch', 'shift', 'steps', 'hw', 'term', 'n', 'h', 'last', 'archived', 'lost')
if v[1] ~= ARGV[1] then
  return {'Runinitialised'}
end
local head = ''
if ARGV[2] ~= '-' then
  local found = redis.call('XRANGE', KEYS[2], ARGV[2], ARGV[2])[1]
  for i = 1, found and #found[2] or 0, 2 do
    head = found[2][i] == 'h' and found[2][i + 1] or head
  end
end
return {'', int(ledger_time(0)), v[2] or '0', v[3] or '0', v[4], v[5] or '0', v[6], v[7], v[8] or '', v[9], v[10] or '', head}
