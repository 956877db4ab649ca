namespace Plumb.Kubernetes.Compare;

/// <summary>One line of an edit script.</summary>
/// <param name="Kind">Blank: kept, minus: removed, plus: added.</param>
/// <param name="Text">The line, with its line feed if it has one.</param>
/// <param name="Before">How many old lines stand before it.</param>
/// <param name="After">How many new lines stand before it.</param>
internal readonly record struct LineEdit(char Kind, string Text, int Before, int After);

/// <summary>The shortest edit script between two lists of lines, by Myers' greedy algorithm (1986).</summary>
internal static class LineEdits
{
    /// <summary>Old lines with what is removed and added, in order; removals before additions.</summary>
    public static List<LineEdit> Between(List<string> before, List<string> after, int mostEdits)
    {
        var head = 0;
        while (head < before.Count && head < after.Count && before[head] == after[head]) head++;
        var tail = 0;
        while (tail < before.Count - head && tail < after.Count - head && before[^(tail + 1)] == after[^(tail + 1)]) tail++;

        var script = new List<LineEdit>(Math.Max(before.Count, after.Count) + 16);
        for (var i = 0; i < head; i++) script.Add(new(' ', before[i], i, i));
        Middle(before[head..^tail], after[head..^tail], head, mostEdits, script);
        for (var i = tail; i > 0; i--) script.Add(new(' ', before[^i], before.Count - i, after.Count - i));
        return script;
    }

    private static void Middle(List<string> before, List<string> after, int offset, int mostEdits, List<LineEdit> script)
    {
        var trace = Search(before, after, mostEdits);
        if (trace is null)
        {
            Rewrite(before, after, offset, script);
            return;
        }

        // Back from the end along the furthest paths, then turned round.
        var (x, y) = (before.Count, after.Count);
        var back = new List<LineEdit>(x + y);
        for (var d = trace.Count - 1; d >= 0; d--)
        {
            var furthest = trace[d];
            var k = x - y;
            var isDown = k == -d || k != d && furthest[k - 1 + d] < furthest[k + 1 + d];
            var previousK = isDown ? k + 1 : k - 1;
            var previousX = d == 0 ? 0 : furthest[previousK + d];
            var previousY = previousX - previousK;
            while (x > Math.Max(previousX, 0) && y > Math.Max(previousY, 0))
            {
                x--;
                y--;
                back.Add(new(' ', before[x], offset + x, offset + y));
            }

            if (d == 0) break;
            if (isDown) back.Add(new('+', after[--y], offset + x, offset + y));
            else back.Add(new('-', before[--x], offset + x, offset + y));
        }

        back.Reverse();
        script.AddRange(back);
    }

    /// <summary>
    /// The furthest x on each diagonal before each number of edits: entry d holds diagonals -d..d shifted by d. Null when more edits are
    /// needed than allowed.
    /// </summary>
    private static List<int[]>? Search(List<string> before, List<string> after, int mostEdits)
    {
        var (n, m) = (before.Count, after.Count);
        var most = Math.Min(n + m, mostEdits);
        var furthest = new int[2 * most + 3];
        var origin = most + 1;
        var trace = new List<int[]>();
        for (var d = 0; d <= most; d++)
        {
            var seen = new int[2 * d + 1];
            Array.Copy(furthest, origin - d, seen, 0, seen.Length);
            trace.Add(seen);
            for (var k = -d; k <= d; k += 2)
            {
                var isDown = k == -d || k != d && furthest[origin + k - 1] < furthest[origin + k + 1];
                var x = isDown ? furthest[origin + k + 1] : furthest[origin + k - 1] + 1;
                var y = x - k;
                while (x < n && y < m && before[x] == after[y])
                {
                    x++;
                    y++;
                }

                furthest[origin + k] = x;
                if (x >= n && y >= m) return trace;
            }
        }

        return null;
    }

    private static void Rewrite(List<string> before, List<string> after, int offset, List<LineEdit> script)
    {
        for (var i = 0; i < before.Count; i++) script.Add(new('-', before[i], offset + i, offset));
        for (var i = 0; i < after.Count; i++) script.Add(new('+', after[i], offset + before.Count, offset + i));
    }
}
