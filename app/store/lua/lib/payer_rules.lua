-- What the payer's side says to one gift; the batch's own state is passed in.

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

-- The slug that refuses a gift without storing anything, or nil: first by its id, then by who gives it.
local function refuse_id(g, ledger, window)
  if g[5] > ledger.now + CLOCK_SKEW_MS then
    return 'id_in_future'
  elseif g[5] < ledger.now - window or g[5] < ledger.forgotten then
    return 'id_expired'
  end
end

local function refuse_payer(g, frozen, owes)
  if g[1] == g[6] then
    return 'self_gift'
  elseif frozen[ALL_GIFTS] or frozen[g[19]] then
    return 'switched_off'
  elseif frozen[g[1]] then
    return 'wallet_frozen'
  elseif owes[g[1]] then
    return 'wallet_in_debt'
  end
end
