using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Plumb.Sandbox.Tests")]
