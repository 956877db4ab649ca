-- Turns the interpreter (Lua 5.4 with all its libraries) into the surroundings that a health script knows: Lua 5.1's names, no way out
-- of the script, limits that a script cannot catch. Called once for each script, with: whether the standard libraries are open, a
-- function that says whether the time is over, how many instructions there are, and the present time. Gives the function that runs a script.
local open, expired, instructions, now = ...

local type, next, rawget, rawset, rawequal, tostring, pcall, error, select, setmetatable, getmetatable =
    type, next, rawget, rawset, rawequal, tostring, pcall, error, select, setmetatable, getmetatable
local string, table, math, os, debug, load = string, table, math, os, debug, load
local sort, floor, format, byte = table.sort, math.floor, string.format, string.byte

-- Instructions are counted outside (LuaWatch), which lets this hook run from the moment a limit is passed: then every instruction
-- fails, so that no pcall of the script gets anywhere.
local outOfTime = "the script ran out of time"
local outOfInstructions = "the script ran longer than " .. instructions .. " instructions"
debug.sethook(function() error(expired() and outOfTime or outOfInstructions, 2) end, "", 1000000)

-- Numbers print as in 5.1, where 4/2 is 2.
local function plain(value)
    if math.type(value) ~= "float" then return tostring(value) end
    if value ~= value then return "NaN" end
    if value == math.huge then return "+Inf" elseif value == -math.huge then return "-Inf" end
    if value == floor(value) and value > -1e15 and value < 1e15 then return format("%d", value) end
    return format("%.14g", value)
end

local function before(a, b)
    local x, y = type(a), type(b)
    if x ~= y then return x < y end
    if x == "number" or x == "string" then return a < b end
    return tostring(a) < tostring(b)
end

-- The order of pairs is that of the keys: the same each time, which the interpreter's own is not.
local function pairs(t)
    if type(t) ~= "table" then error("bad argument #1 to 'pairs' (table expected, got " .. type(t) .. ")", 2) end
    local keys, count = {}, 0
    for key in next, t do
        count = count + 1
        keys[count] = key
    end
    sort(keys, before)
    local at = 0
    return function()
        while at < count do
            at = at + 1
            local key = keys[at]
            local value = rawget(t, key)
            if value ~= nil then return key, value end
        end
    end, t, nil
end

local function guarded(t, meta)
    -- A finalizer would run outside of all limits.
    if type(meta) == "table" and rawget(meta, "__gc") ~= nil then error("__gc is not supported in a health script", 2) end
    return setmetatable(t, meta)
end

local visible

local function loadText(chunk, name, mode, env)
    if type(chunk) == "string" and byte(chunk, 1) == 27 then return nil, "binary chunks are not allowed" end
    if env == nil then env = visible end
    return load(chunk, name, "t", env)
end

local calendar = {
    time = function(parts) if parts == nil then return now end return os.time(parts) end,
    date = function(shape, at) return os.date(shape or "%c", at or now) end,
}

local list = {
    concat = function(t, separator, from, to)
        if type(t) ~= "table" then error("bad argument #1 to 'concat' (table expected, got " .. type(t) .. ")", 2) end
        local copy, last = {}, to or #t
        for i = from or 1, last do copy[i] = math.type(t[i]) == "float" and plain(t[i]) or t[i] end
        return table.concat(copy, separator, from, to)
    end,
    insert = table.insert, remove = table.remove, sort = sort, unpack = table.unpack,
    getn = function(t) return #t end,
    maxn = function(t)
        local most = 0
        for key in next, t do if type(key) == "number" and key > most then most = key end end
        return most
    end,
}

visible = {
    assert = assert, error = error, ipairs = ipairs, next = next, pairs = pairs, pcall = pcall, rawequal = rawequal, rawget = rawget,
    rawset = rawset, select = select, setmetatable = guarded, tonumber = tonumber, type = type, unpack = table.unpack, xpcall = xpcall,
    getmetatable = function(t) if type(t) == "string" then return nil end return getmetatable(t) end,
    tostring = function(value) if type(value) == "number" then return plain(value) end return tostring(value) end,
    print = function() end, collectgarbage = function() return 0 end,
    load = loadText, loadstring = function(text, name) return loadText(text, name) end,
    os = calendar, table = list, actionParams = {}, _VERSION = "Lua 5.1",
}
visible._G = visible

-- How many parts of a pattern are repeated.
local function repetitions(pattern)
    local at, count = 1, 0
    while at <= #pattern do
        local c = string.sub(pattern, at, at)
        if c == "%" then at = at + 2
        elseif c == "[" then at = (string.find(pattern, "]", at + 2, true) or #pattern) + 1
        else at = at + 1 end
        if c ~= "(" and c ~= ")" and string.find(pattern, "^[%*%+%-]", at) then
            count = count + 1
            at = at + 1
        end
    end
    return count
end

-- A search tries as many ways as there are to place the repetitions, and no instruction is counted on the way.
local function affordable(text, pattern)
    if type(text) ~= "string" or type(pattern) ~= "string" then return end
    local ways = 1
    for i = 1, repetitions(pattern) do ways = ways * (#text + 1) / i end
    if ways > 1e10 then error("the pattern repeats too often for a text of " .. #text .. " characters", 3) end
end

local function searching(search)
    return function(text, pattern, ...)
        if type(text) == "number" then text = plain(text) end
        affordable(text, pattern)
        return search(text, pattern, ...)
    end
end

if open then
    local texts = {
        byte = string.byte, char = string.char, len = string.len, lower = string.lower, rep = string.rep, reverse = string.reverse,
        sub = string.sub, upper = string.upper, gmatch = searching(string.gmatch), gfind = searching(string.gmatch),
        gsub = searching(string.gsub), match = searching(string.match),
        find = function(text, pattern, from, literal)
            if not literal then affordable(text, pattern) end
            return string.find(text, pattern, from, literal)
        end,
        format = function(shape, ...)
            local values = { ... }
            local count, at = select("#", ...), 0
            for clause in string.gmatch(string.gsub(shape, "%%%%", ""), "%%[%-%+ #0]*%d*%.?%d*(%a)") do
                at = at + 1
                local value = values[at]
                if math.type(value) == "float" then
                    if clause == "s" then values[at] = plain(value)
                    elseif (clause == "d" or clause == "i" or clause == "x" or clause == "X" or clause == "o" or clause == "c")
                        and value == value and value > -9e18 and value < 9e18 then
                        values[at] = math.tointeger(value < 0 and math.ceil(value) or floor(value))
                    end
                elseif clause == "s" and value == nil and at <= count then
                    values[at] = "nil"
                end
            end
            return format(shape, table.unpack(values, 1, count))
        end,
    }
    local numbers = {}
    for key, value in next, math do numbers[key] = value end
    numbers.pow = function(x, y) return x ^ y end
    numbers.mod = math.fmod
    visible.string, visible.math = texts, numbers
    getmetatable("").__index = texts
else
    getmetatable("").__index = nil
end

local modules = { os = calendar, table = list, string = visible.string, math = visible.math }
visible.package = { loaded = modules, preload = {} }
visible.require = function(name)
    return modules[name] or error("module '" .. tostring(name) .. "' not found: a health script has " ..
        (open and "os, table, string and math" or "os and table; useOpenLibs adds string and math"), 2)
end

-- Numbers join text as in 5.1; see LuaSource, which puts this between the two sides of each "..".
local joint, half = {}, {}
local function text(value)
    local kind = type(value)
    if kind == "string" then return value end
    if kind == "number" then return plain(value) end
end

half.__concat = function(left, right)
    local tail = rawget(right, 1)
    local meta = getmetatable(left)
    if meta and meta ~= half and type(left) == "table" and rawget(meta, "__concat") then return meta.__concat(left, tail) end
    local tailMeta = type(tail) == "table" and getmetatable(tail)
    if tailMeta and rawget(tailMeta, "__concat") then return tailMeta.__concat(left, tail) end
    local head, rest = text(left), text(tail)
    if head == nil then error("attempt to concatenate a " .. type(left) .. " value", 2) end
    if rest == nil then error("attempt to concatenate a " .. type(tail) .. " value", 2) end
    return head .. rest
end
joint.__concat = function(_, right) return setmetatable({ right }, half) end

local function field(result, name)
    local found = rawget(result, name)
    if found ~= nil then return found end
    for key, value in next, result do
        if type(key) == "string" and string.lower(key) == name then return value end
    end
end

local function describe(fault)
    if type(fault) == "table" and getmetatable(fault) == nil and type(rawget(fault, "message")) == "string" then return rawget(fault, "message") end
    return type(fault) == "string" and fault or (type(fault) == "number" and plain(fault)) or "error of type " .. type(fault)
end

-- Gives: how it went ("fault", "nil", "table" or another type of result), the status, the message.
return function(script, compile, object)
    visible.obj = object
    local main, problem = compile(script, "=health.lua", "t", visible)
    if main == nil then return "fault", problem end
    local done, result = pcall(main, setmetatable({}, joint))
    if not done then return "fault", describe(result) end
    if type(result) ~= "table" then return type(result) end
    local status, message = field(result, "status"), field(result, "message")
    return "table", status, message, type(status), type(message), next(result) == nil
end
