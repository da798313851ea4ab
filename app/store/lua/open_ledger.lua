#!lua
-- @include layout
-- Creates the ledger of a partition, or says which one is there.
-- KEYS: totals, journal, coins
-- ARGV: 1 epoch of a new ledger, or '' to only look, 2 how many partitions it has
-- Returns the ledger's epoch; '' where there is none. A store that has wallets or a journal but no totals is no empty store:
--   error LEDGER_DAMAGED. One of another version's layout: error LEDGER_LAYOUT. One of another number of partitions: error
--   LEDGER_PARTITIONS.
local epoch, layout, partitions = unpack(redis.call('HMGET', KEYS[1], 'epoch', 'layout', 'partitions'))
if epoch and layout ~= LAYOUT then
  return redis.error_reply('LEDGER_LAYOUT the ledger has layout ' .. (layout or '1') .. ', this program writes ' .. LAYOUT)
elseif epoch and (partitions or '1') ~= ARGV[2] then
  return redis.error_reply('LEDGER_PARTITIONS the ledger has ' .. (partitions or '1') .. ' partitions, not ' .. ARGV[2])
elseif epoch then
  return epoch
end
if redis.call('EXISTS', KEYS[1], KEYS[2], KEYS[3]) > 0 then
  return redis.error_reply('LEDGER_DAMAGED the store has balances or a journal but no totals')
end
if ARGV[1] ~= '' then
  redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'layout', LAYOUT, 'partitions', ARGV[2], 'n', 0, 'h', '', 'hw', 0,
    'issued', 0, 'spent', 0, 'minted', 0, 'shared', 0, 'clawed', 0, 'paid', 0, 'archived', 0)
end
return ARGV[1]
