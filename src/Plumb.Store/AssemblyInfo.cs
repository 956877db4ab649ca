using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Plumb.Store.Tests")]
