using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Plumb.Web;
var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddPlumbWeb();
var app = builder.Build();
app.UseAntiforgery();
app.MapPlumbWeb();
app.Run();
