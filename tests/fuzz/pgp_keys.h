/*
 * Secret keys for whom the messages of the corpora are: version 4 with
 * Curve25519, 6 with X25519, 4 with RSA, 6 with X448. Made by pgp-lite for
 * the purpose, and secret to nobody.
 */
#ifndef FUZZ_PGP_KEYS_H
#define FUZZ_PGP_KEYS_H

#include "fuzz.h"

#include "pgp/cert.h"

/* When the keys are in force. */
enum { FUZZ_PGP_NOW = 1800000000 };

static const char fuzz_pgp_text[] =
    "-----BEGIN PGP PRIVATE KEY BLOCK-----\n"
    "\n"
    "xVgEawsAWxYJKwYBBAHaRw8BAQdAna8NyhlEJdwWhx5iWNJJquoExz+NoFc7nbrD\n"
    "5tmzxLcAAP964yQEyYdHnWXfGmv7Yd+uPiGjEzI9Izd5ww6fJp6iag8Bwo4EHxYI\n"
    "ADYFgmsLAFsWIQQv0B285/yyryzLqQ83Kt3PnQyL3wKbAwWJBaOagAQLCQgHBBUK\n"
    "CAkCFgACHgEACgkQNyrdz50Mi99caAD/QEsxXxaf7hsZ5K5c9jA2tH8GmePI3Quz\n"
    "8kvOqd2IHB0A+wV6IgQA3PxjOtEu22qQGnxJX4smBM43i3L5M4VhxnoAzRNWNCA8\n"
    "djRAZXhhbXBsZS5vcmc+wpEEExYIADkFgmsLAFsWIQQv0B285/yyryzLqQ83Kt3P\n"
    "nQyL3wKbAwWJBaOagAQLCQgHBBUKCAkCFgACHgECGQEACgkQNyrdz50Mi99xOQD/\n"
    "RdGHn/VTUme6YotzKw+DJqgj8Mzo26sMfkN47BjjpT0BANIKJ+RNboBt9cOw15qf\n"
    "+0wcukGgB9NKZb3u48lZ/asDx10EawsAWxIKKwYBBAGXVQEFAQEHQDBg2Gq1g2yq\n"
    "T8ke3MMG88oM0a2dv9I0uVDuIFbZ1qxqAwEIBwAA/0FaaBADl7hUjCFTDPH2Q9Vg\n"
    "gD4gNYEOLtWM5y6ZAUngDizCfgQYFggAJgWCawsAWxYhBC/QHbzn/LKvLMupDzcq\n"
    "3c+dDIvfApsMBYkFo5qAAAoJEDcq3c+dDIvfQXwA/2rHNUQOybc6xOGpdZvJ1TCG\n"
    "G8iDskvdDHhafnXVWaEJAQDEnqKE4MOYhmewDvaaulmj7oOlD5wV5gL/nJto7MYv\n"
    "BcVLBmsLAFsbAAAAIF5M+G3zeyk7ILJdzzHeQHEk7x3B+wozjM8bgpA8OIDFAF/3\n"
    "Isnu6a6fy1FvfYs+0sLXGByyqYBtv9MJ1Zd4tOxowqcGHxsIAAAASAWCawsAWyIh\n"
    "Bv2kKKWDCjiw9WO0ALKd7BAT42sZtEJI8nHV6T4UqpCfApsDBYkFo5qABAsJCAcE\n"
    "FQoICQIWAAUnCQIHAgIeCQAAAAD4JBB3kw8OgYZEUUK6sMnUwQKuDxVAaZdFlPMH\n"
    "OBfB8+5njSHfP64tgWxw+vC+WRR54tdlBdSMarRgF6NejIOli3y0EaKaeLkWG7Hn\n"
    "dxUKufteA80TVjYgPHY2QGV4YW1wbGUub3JnPsKLBhMbCAAAACwFgmsLAFsiIQb9\n"
    "pCilgwo4sPVjtACynewQE+NrGbRCSPJx1ek+FKqQnwIZAQAAAAD9yRCt/O8U/++H\n"
    "LRioWdlkBkHDspeg6S121RVBp9j1ZldCLx8ePn7ZNet10gEvX+S3ISZA16beaPNV\n"
    "5/FCsnYHNoG1RFScKzRnAXW1/lrYa+HxC8dLBmsLAFsZAAAAIJAXz9oqWquoMN9n\n"
    "27DrWwKyy3FlRu0CDWHJKi13F2tvAGjx1f0fd+I5IHZ0Dgea7A9qGzqH5d77FJ4b\n"
    "/8AwZtZUwpEGGBsIAAAAMgWCawsAWyIhBv2kKKWDCjiw9WO0ALKd7BAT42sZtEJI\n"
    "8nHV6T4UqpCfApsMBYkFo5qAAAAAAFFdEM0AxbPURpECcCE2JwUmEGbwjjOUStQw\n"
    "jZyEc5iAChyJ8IrGNkOYrAX7AnBEWnxmyLY5PGXjlI2fZH8RWb2RdH7etdH3FhmS\n"
    "nTnK0E/rT/4PxcSYBGsLAFsBDAC6ucZhGtyHATwQTRQChECOzdyWTL0UxwS1+JBx\n"
    "Uh8EB4jGL3tk77w3VCyxdIjTCovMv4xNPRbuvIvHVU5JxdN+uT0ETnuEEzVNzAed\n"
    "d/8rPPBOSIJzzglNxouR/a+U005iptzlZGy/OG6uqymbogczASHz7H1btqMT0oY1\n"
    "s6DeaJXJjKD/wYjMuqNhWP1tPjtFZaxrxG+/K2g17tY6sVv5pKTsTuPRI++4vw6D\n"
    "3AHh9EUR8cRNBnEx8Zq3qHhNzzIkFXbwFnvSeIQqnExKRwG0Bg76aXk0OW4zA6zX\n"
    "ORw3ocFE8etapOxqAUMoKypeXAHqna3+ZuboTBm7cLZaUsZbHnZh3L8QFj3BsdJz\n"
    "fop1X2TGM8EcOnFsBelrXYZtg13krnnQ9XDVoEG3eigGM2gQv4BH6hvOIHVnhpo1\n"
    "C9kdmazkvt2+QWVaMedw5b5ex5e7BW55be1kS+lh2w8n0WZ5n8L7II/tUeFTxSoN\n"
    "HR6OhzWsISUKqIz1NbNRXH6b2dUAEQEAAQAL/RL9uQ0AR+SdPggkZsAYxl4f1usc\n"
    "c/CsizCczsgPw6LLx1/szV6HOXvhHkiQIyhfvrc81h6282GloIvOA8/iBHAzk96f\n"
    "wtU8hOPcN/wOi8/Qe1pi6o2vq2eTJXfcNuLqmOLUuMvF6n+KVEuEkg9Hq/bGizb9\n"
    "WwScbzqhY1AL7HUiavWcTXWlr+2un9ZTUDcvqKSWwjIVwQ3O8uLlXzmJ92JNGg8E\n"
    "uQv43TVLjUTg9/oMt4erML1qxdGAEq3SPyYex/y1BXjvc1057ULFgJ7RKwcVbh2q\n"
    "ACh7JbED/kH/Df6g9PnW2h2o2sUHjh1y0w3mVEbtD1x37fbnJ/nHPcQXWoTC4Phr\n"
    "KJCekD7cdA3kHR4I+JyJUwte4l0aYrPAHWUrQc1wNxjxiyjyTQ/dmHKgsDEcOwEX\n"
    "PfMTeFDvVa8OXnBudHff+ioR4Ema0rAbwQR8ad1h0f0c7jMX/9s5TAhZrmu95Kls\n"
    "K4WYsh95F1juj4KmbwuJBS2lu3nGZPU8+1vyowYAz0disdfaAj0fLulCIpD2iWwB\n"
    "MtRYpDmRfzwstuUukCCL44S3lg66sATnqXczg/Q+PAbfcLZkg+nVA6V2yprUmNED\n"
    "EVva0n/GmWZCx2HOgF3kXjTe1EgljkyssTgQFJV7LW1OtKl+4mshSi+BmBzy1U7V\n"
    "BdMUqYndCe1K+tzq9L7o6bBqpZHxGK9l84F3pvheKLusbdGfGL0IdIaZRGoln1cI\n"
    "uTcHO+DVRwo8PS0MMV4xrRSF2YA96UbyFuKw1z0fBgDmnaQsisf2tFGKslo9dRqT\n"
    "uPuXJa1/JXmReZnlyLROWGqjqmLG/P4X1t3sjGyoOz6EHhVf1wPAnOuPK6W/uOtl\n"
    "9SATX84H4+YKXmI+Pk0l4AFbRCqhvn7ykaDPUMKhpYJddX8F61kmNpEMWNRRRwe5\n"
    "IQwlXxi4kowjAO0fGsRXo1RM7CageITPV3DOAnf8D5TBwHCRbDVoGxp9e9FKZuWy\n"
    "gHqHUdRdA+fr9gZLsBGz8T3Whxe5nrZDr1sF5jjjFosGAJTPLwXasFqj6iecXaDG\n"
    "rVQ/tXxnqNIOC1IPzzWe7VmcuJCLbdCHcGrCKSdQG199kZbG/VGz2dXkNR3rCf+H\n"
    "VmScpk6upoVPj/Q6K5EGYwv1ZlBmnQeIhFq0QxkxCngQ09nHb+C4rvSecp25+8jg\n"
    "Yj9JFFqnONxPqkCQ0UvhcU0hG7vRKg03vYdJLXCt4OOPaWGst6+Zdp71CPf8SHha\n"
    "SDr4L3xZAy5zgvvtT6eznfBOyZpFfMYbz8ufGueQptkK8+O8wsEMBB8BCAA2BYJr\n"
    "CwBbFiEEebDQW5Q86uQnyggIDro6oIN1iE0CmwMFiQWjmoAECwkIBwQVCggJAhYA\n"
    "Ah4BAAoJEA66OqCDdYhN6w4L/0ppuCj2SPQjzQFiJydxg6IhRrwWkHqzLiklyC/8\n"
    "mWFDKAvnd0ftVGcW8V09lKo+fnGolJdB+vPHwCkyupjFl9epEnXlFiya/BSPCv2X\n"
    "BGgI84r7/WbHJItshTrUuExXQCUpgsx2e06tjHf4Q/zkvG1ul0dJR/+Mp3k1kBK9\n"
    "uUWHgrIhZyssYuy1cWmrWHWtiET5cSXjFTdBvBYfwpyPAjYR1tdVwJSawn1uZPKG\n"
    "FZvl8oocCT8ItoAItbMmvu9ag2s8/x0TzYmzmh4mjhbxR2jC0FujZi5K5cJe6bV6\n"
    "eYWwYPoGtF4nfITKCg8XuBisIP5hf9K4AxE2B8smixs3pEyYeB256BekBfvzMT9/\n"
    "q1JdHKppQJMu65wQJskHtcVGDfzdyIK1YW6TIcBx6QbR7HP++3EHxpcO++OR8dQe\n"
    "TBQYaonWAfJn2RdBA0H8KGMy2agGkUn2ObSSRLlIw8uiouDxHjfWG2gV9I1l0M0x\n"
    "rsE0UOnTJF3WJWMtNTUJHce//c0VUlNBIDxyc2FAZXhhbXBsZS5vcmc+wsEPBBMB\n"
    "CAA5BYJrCwBbFiEEebDQW5Q86uQnyggIDro6oIN1iE0CmwMFiQWjmoAECwkIBwQV\n"
    "CggJAhYAAh4BAhkBAAoJEA66OqCDdYhN8XYL/3TZbHLP8VywM7+tqFM5O8d1jo8D\n"
    "1IAyP55ApIVFkiUhCfWOicuD4EFGMIvr1ARkjJiHSuTDrGF/+hAvOrLx86+rdtDK\n"
    "WukqFxH8OcqqVapf3fIW9mob940CB2y6ixREzp8kqObYesNqrFeOYTUpMwiM3ZJE\n"
    "7j7mPBN1xVMxrYjNA7UFa920gtWgLINAe5j6XdEtDb6QCNRnMQJdKm8f45D7pLYr\n"
    "uK+qgveKaMlxnX49UuNfa2sizeoc3sDzQ6WjXRs7AdTo5VBs7CO9Yrou21XQa5nr\n"
    "LQBJyvzD9IsaZX2M+rEfUYXC/1H+ZODKMMrqxVmSqwWuQHgQw0IKVf2/JSeSpgqn\n"
    "rCI7jh18xY+rbjd4VnfCvV7twyFQsWsY0/O1LZ3jj7ZDxFO00pKpFBMasear1xLW\n"
    "9fec8H+dxC2c1k6QyHBuoTWZJHDvGH49QlaKPpx7nAQwWd1HkF9yfMk19EkREQ9N\n"
    "yspTaQUDD0PiViHNI3gkj3axXtsCRXKKO4VOo8fEmARrCwBbAQwAtbbYB6ZKJ0bw\n"
    "vKV2NCpXQZcKQzAqvujO1p7mKZAQwUqAq9X2obYKttH4DJjQx+8r34qQQJIQG5Ds\n"
    "LCN3yV1yQtpg/LRNYriUcO0+p5iVJmh6v6F9kIMKHq+BqOUwXXWydCn7u1sWfZum\n"
    "FUHnjp+BpW/Gej8Cx2S8N/tDIC90unxPRGPvPE47tuzmm+xAZ0UeTysiMwxWoaSs\n"
    "wPV4zuCJw4vB2fRQghpdE0bMbpXjgsW8pTL6dT0GISNvYrMVirFIM7Qpem2ztL/d\n"
    "siBdPW57elXatDt9NCa93WEpLkyUWQdMOt/LX4q1+XMPmaLAU15nCbnalmOqKbts\n"
    "nCKXP2oINdxYL3y7GASFm9i9yDjROVbcWeJIYT3DBB1uyWEh/gn50qKCuNTb7Bdg\n"
    "uu/l4UaL7jA7pt6X4JExvPc6GJg9m5EIOFWxIgHBmbXbXV5WteIRoaocFlQmt8ch\n"
    "JpLzmL+GyigE1ebc3qwQaEmdmLlZmfeWFqadtJj/F3raNX0C4vZpABEBAAEAC/oC\n"
    "7QcE9oM+pyiErRheZikiA/vVEZ86lDaSY5waorh2WEwCmE8gkvUQtQhMsaA4++ul\n"
    "rY49j+yE+RwoaMjKu/+1Pl1t7DxLwOOY/uTxn2YVaHzDfabvLwD4dgR9MvWIp7bA\n"
    "IpXsUh7mVl2B/Z3sILreblKQkNerXL6gGyJdUA5N22cOV5qYSr0w6Jcc/xyZXRZM\n"
    "GYpzLnltoGBsufcgQ6LMPIGaUBIEykZh41Oy2yR+7E6pjUzVmu4wlei6+t23rjuP\n"
    "pF6w7+d8iSFrWfmB6VfGT8OA9am2EasVucdvGvxVSTIpnP6gDWj9O3+NRHLVJwsp\n"
    "pEXm3tRuV1GYjJ9CuiLCWzTYZ1PytsZe1d4SPYOUFXzGPa3YrQQmmXbY1doq266L\n"
    "0B/lmNItMlyN77XKRtSbrMBuP6U3DXlDSer7kuDdKCWcwfZXELoZEe+oO4YAtehn\n"
    "Ux7cMTir18r/0rZRumRpYXnJncoptGLLQhiC3GU92mrT4y8hKijx28EfHw2PfGEG\n"
    "AL8PM3nSe37/iqLfeR7FRaHYyytZ5LgOzveA+6r0++hG361hBrTDD2GQ5ymZWSdZ\n"
    "aEi5E4IKfVToepgpoho3Ap72z5IZxSsV4upYR9Ylb/pW+oRnckOqX7ATSx+YuLZ+\n"
    "MBnfs+BXp0RjtpWF2morm6DClELwY1VGOIAFJffLbVyyKdT1gpYlLtoU76zBSMZg\n"
    "ksi/D+3oEiHbY5LJOcZiLAuOOy+TPWXM1fyC8WQWX9BPXQ8rEAgf4F9xoTWmlEEc\n"
    "UQYA83p8giE2SKU5pubsCCLERePn4GsLuPQsbAECyI/0E3datR8gmYwFxyHUzHdG\n"
    "ZZsGeNieC72Y/OnDxbGPHAF5jXGVkSdwbTYuV3DV/Nm/G3Fzo8JCh93JMNXP5Qyk\n"
    "DuAslMEuIeHgptfuuowDlYWWetPxgOb/L3wk5wXIzc4aKxippYacEmz/91tck+H0\n"
    "lo4kuho/krho/l4KseEaFh588e/t5UL/eyow3Td5sgViaGXjrsAFrKU++tK0NTon\n"
    "5+qZBf9hIiRTivVZ9QdCOjiBvBvguKDslxZTvxVskhEni0oUExQ3NwtSq36NPr/x\n"
    "NEYZ3CAC3I6GNuekGRHbUMQB8nfBc6IOxY6wAjr2zv655i8RrVSQwC9e+Z7HISF5\n"
    "gSsoTnHD6Mvi7g9Cr/DoAUh2ZvOOmbLv4uoiNa/umelFtXvI/B5PN+E7B4h8W/K/\n"
    "OdA0iDe73+8BmGbgiWc4McwkMMsKuWXrmlKrUmWGbKR5xwTbmoieuV0d/1o5cZU3\n"
    "Smlis8Hn5MLA/AQYAQgAJgWCawsAWxYhBHmw0FuUPOrkJ8oICA66OqCDdYhNApsM\n"
    "BYkFo5qAAAoJEA66OqCDdYhNCXkL/2OnijFNW5E1/3AAidKLVsC0Mi9VjlMnPum+\n"
    "99NJAecq0JY4nHQ5y8OBOpkauUWmCx79neaMnsNpFeD9pxdCaE0mA6rBpGi0+FWj\n"
    "PQlXFDb9PVH9DYH09KgP0wr7G08Vvc0P+0aHg4aMh7zSl82WM3mX5zvpLKkdgAG4\n"
    "NOvmO52Mz1XJybfTNUwZoUr5wK1fSM0Hq0h92GL9/TyT1m76/J+p1/1FtOijKZXG\n"
    "zYrtc32JKJkI5I+Sn/gWN1nEyWT5cWlu5sv4kWszbhJysyqc7aCgzQd7tIDaLi8C\n"
    "U96g7bZCtQI+u5ZmdRs6bHYr5g7Jccev0Rba+3vA7RljhdTZY/vMUJfTO8/CNezo\n"
    "wz8ShSGOSfT4p41CD4oepkvpozsUg3pbMrHl52p1qvsU4Pby30JdZWjRV02tUnsa\n"
    "wyiAPM5Fr2/ePwwWeQ1uj4x7lkHWnMUzMzXmO7sIwmcyqpQsNMnuO4s5/pkcmRM4\n"
    "Uvgywsn6MbPXCImSlIDJ4pqpjcmoZcV9BmsLAF0cAAAAOfgVWmmQs1hhAKbGm1Oi\n"
    "c/8981otmIHy3DcbhHlIi1RrbvoDqJSVnuZ3A84i4ohIhXEjOiuCTA6AgAClZNUF\n"
    "qRTKWyE5eCTAnFRymiIMDlMC54x3fVZ6Y7AI9w7LE3ZPQc6VIk3E6DLMqpMkB69L\n"
    "LYyzbObCwCkGHxwKAAAASAWCawsAXSIhBr2ADmLQLIjumbxvkBZCkOZKEW8QhpiN\n"
    "nPqX9Tv2eWg+ApsDBYkFo5qABAsJCAcEFQoICQIWAAUnCQIHAgIeCQAAAABy+iC9\n"
    "uP3pdBlhLxxmWTn6Fp/fvlVBfX6eRYaA53uci9KypNFLAxGPBwgGHrhG+mNXG1Cp\n"
    "oIwMbGAE6B7fd2gJvTwmQStpxrEIDkbivYAPqzZjKculzRlMwE+jADwo9fFuazJ8\n"
    "Rkg3LcgQswMCtnPFPSe18zszaFTcHoVtI48wYeFIY0jBIDYKckTEaTeuRTQMxj86\n"
    "AM0XWDQ0OCA8eDQ0OEBleGFtcGxlLm9yZz7CwA0GExwKAAAALAWCawsAXSIhBr2A\n"
    "DmLQLIjumbxvkBZCkOZKEW8QhpiNnPqX9Tv2eWg+AhkBAAAAAJAqIOLIpzbKXNRN\n"
    "aTyCm78EKtwtJTQIIffUhpMrYm8KicwguQgIL/rCXg5efL2EiGqSPG9w6pqu/z6E\n"
    "gEpsGtP/oux5iONU4f8jyLJUIZcAiF0QB7qU+vuvCogAU12lAbrZxp8TvHuHy0PP\n"
    "oMOD6e3uRUggFjPiSIjVUc010kRPBtK6kfv+omtIybgn1Yf59vnj2AgAx3sGawsA\n"
    "XRoAAAA4plYPSg6EHVPKd9OxdnRlyKLx3jstO7z3PNpv5oIkZxNDmvBms2Sm54+7\n"
    "78fdiMfwDKYQjKOlYnwA11N7n0w0MwT7YiqMIB12P0mg09oljH5uDwqm01AJ2zBr\n"
    "njNiJos02lC16wXOElqgRyGx2hqrpXXCwBMGGBwKAAAAMgWCawsAXSIhBr2ADmLQ\n"
    "LIjumbxvkBZCkOZKEW8QhpiNnPqX9Tv2eWg+ApsMBYkFo5qAAAAAALqEIOZJFwsy\n"
    "9k87T3xafqcGioCc5JGXAieMQ4O5NXFrE/vE+wVKicpc1ZkyX7hX88y6JBZ0qFYI\n"
    "EMDHZ/mMvgR4kTVZjR1I1dhSXwNxLhLIaz/GDPAS7tCZc2gA2VqXwd8bYBxDJLLv\n"
    "1360wWaMRCRTGx73TK+4uw4Z0JAWmdg+/FSSHnY3kHvXGlO2gPW2ajV6uR0A\n"
    "=z0TK\n"
    "-----END PGP PRIVATE KEY BLOCK-----\n";

/* Those of a run: read at the first call, never freed. */
static inline struct certs *
fuzz_pgp_keys(void)
{
	static struct certs keys;
	struct pgp_error e = { PGP_OK, NULL };
	const char *why = NULL;
	struct in in;

	if (keys.n > 0)
		return &keys;
	keys = CERTS;
	in_of_span(&in, span_str(fuzz_pgp_text), &e);
	must(certs_read(&in, true, &keys, &why) == PGP_OK && keys.n == 4);
	in_free(&in);
	return &keys;
}

#endif
