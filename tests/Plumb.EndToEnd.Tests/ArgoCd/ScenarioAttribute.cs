namespace Plumb.EndToEnd.Tests.ArgoCd;

/// <summary>Says which directory of Argo CD's end-to-end tests a test plays, and which of their tests it states the outcome of.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class ScenarioAttribute(string directory, string test) : Attribute
{
    public string Directory => directory;

    public string Test => test;
}
