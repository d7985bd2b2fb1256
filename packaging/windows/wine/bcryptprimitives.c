/* What wine before 8.12 lacks and every Windows has: bcryptprimitives.dll with
 * the one function that Go programs call in it. try.sh builds it for tests under
 * wine; it is in no package. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(BYTE *data, SIZE_T length)
{
	while (length > 0) {
		ULONG part = length > 1 << 20 ? 1 << 20 : (ULONG)length;
		if (!RtlGenRandom(data, part))
			return FALSE;
		data += part;
		length -= part;
	}
	return TRUE;
}
