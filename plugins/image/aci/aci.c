/* placeholder */ typedef int t;
