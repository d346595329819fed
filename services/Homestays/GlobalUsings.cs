// The generic host of Microsoft.Extensions.Hosting is never meant here; a host is who lets rooms.
global using Host = Jingdezhen.Tourism.Homestays.Hosts.Host;
