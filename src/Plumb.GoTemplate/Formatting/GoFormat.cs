using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Formatting;

/// <summary>Go's <c>fmt.Sprint</c>, <c>Sprintln</c> and <c>Sprintf</c>.</summary>
public static class GoFormat
{
    /// <summary>One value as <c>%v</c> prints it; what is nil is <c>&lt;nil&gt;</c>.</summary>
    public static string Sprint(in GoValue value, Execution? execution = null)
    {
        if (value.IsString) return value.Text;
        var to = new GoBuffer(execution);
        Append(to, value);
        return execution is null ? to.Take() : to.Take(execution.LastLong);
    }

    /// <summary>Values one after another, with a space between two of which neither is a string.</summary>
    public static string Sprint(ReadOnlySpan<GoValue> values, Execution? execution = null)
    {
        if (values.Length == 1) return Sprint(values[0], execution);
        var to = new GoBuffer(execution);
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0 && !values[i].IsString && !values[i - 1].IsString) to.Append(' ');
            Append(to, values[i]);
        }

        return to.Take();
    }

    /// <summary>Values with a space between each two, and a line feed.</summary>
    public static string Sprintln(ReadOnlySpan<GoValue> values, Execution? execution = null)
    {
        var to = new GoBuffer(execution);
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0) to.Append(' ');
            Append(to, values[i]);
        }

        to.Append('\n');
        return to.Take();
    }

    /// <summary>Values by a format, faults shown in the text as Go shows them.</summary>
    public static string Sprintf(string format, ReadOnlySpan<GoValue> values, Execution? execution = null)
    {
        var printer = new Printer(new GoBuffer(execution));
        printer.Format(format, values);
        return printer.To.Take();
    }

    /// <summary>Writes a value as <c>%v</c> does.</summary>
    internal static void Append(GoBuffer to, in GoValue value)
    {
        switch (value.Kind)
        {
            case GoKind.String:
                to.Append(value.Text);
                break;
            case GoKind.Int or GoKind.Int64 when ReferenceEquals(value.Type!.Underlying, value.Type):
                to.Append(value.Int);
                break;
            case GoKind.Bool:
                to.Append(value.Bool ? "true" : "false");
                break;
            case GoKind.Float64:
                to.Append(GoFloat.Format(value.Float, 'g', -1));
                break;
            default:
                new Printer(to).PrintArgument(value, 'v');
                break;
        }
    }
}
