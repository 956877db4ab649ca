using Plumb.Web.Words;

namespace Plumb.Web.Projects;

/// <summary>Sync windows in few words.</summary>
internal static class WindowWords
{
    /// <summary><c>3 windows, 1 open now</c>.</summary>
    public static string Say(IReadOnlyList<WindowRecord> windows) =>
        $"{Short.Count(windows.Count, "window")}, {windows.Count(window => window.Open):N0} open now";
}
